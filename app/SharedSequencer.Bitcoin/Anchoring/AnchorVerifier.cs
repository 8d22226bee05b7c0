using SharedSequencer.Primitives;

namespace SharedSequencer.Bitcoin.Anchoring;

/// <summary>
/// Judges evidence of an anchor from its bytes alone (SPV). It shows that the checkpoint is in a chain of blocks with
/// work, never that this chain is Bitcoin's best: ask a header chain or a bitcoind for that.
/// </summary>
public static class AnchorVerifier
{
    /// <summary>No transaction of this many bytes or fewer, without witness, proves anything.</summary>
    private const int AmbiguousBytes = 64;

    /// <summary>The checkpoint that the evidence carries, to look up its block; not judged yet.</summary>
    public static bool TryReadCheckpoint(AnchorEvidence evidence, ChainTag tag, out Checkpoint checkpoint) =>
        Checkpoint.TryFind(evidence.Transaction, tag, out checkpoint);

    /// <summary>Judges the evidence for one block of the sequencer's chain.</summary>
    /// <param name="blockHash">The hash of our own block at that height.</param>
    /// <param name="batchDigest">The digest to expect; null accepts any.</param>
    public static AnchorVerdict Verify(
        AnchorEvidence evidence, ChainTag tag, ulong height, Hash256 blockHash, AnchorRules rules, Hash256? batchDigest = null)
    {
        return CheckCheckpoint(evidence, tag, height, blockHash, batchDigest)
            ?? CheckBranches(evidence)
            ?? CheckHeaders(evidence, rules)
            ?? (evidence.Headers.Count >= rules.RequiredConfirmations
                ? AnchorVerdict.Good(evidence.Headers.Count)
                : AnchorVerdict.Bad(AnchorFault.TooShallow, $"{rules.RequiredConfirmations} confirmations are required, {evidence.Headers.Count} are shown."));
    }

    private static AnchorVerdict? CheckCheckpoint(AnchorEvidence evidence, ChainTag tag, ulong height, Hash256 blockHash, Hash256? batchDigest)
    {
        var transaction = evidence.Transaction;
        if (transaction.StrippedSize <= AmbiguousBytes)
        {
            return AnchorVerdict.Bad(
                AnchorFault.TransactionTooSmall, $"Transaction {transaction.Txid} has {transaction.StrippedSize} bytes without witness; more than {AmbiguousBytes} are needed.");
        }

        if (!Checkpoint.TryFind(transaction, tag, out var checkpoint))
            return AnchorVerdict.Bad(AnchorFault.CheckpointMissing, $"Transaction {transaction.Txid} carries no checkpoint of the chain with tag {tag}.");
        if (checkpoint.Height != height || checkpoint.BlockHash != blockHash)
        {
            return AnchorVerdict.Bad(
                AnchorFault.CheckpointDiffers, $"The checkpoint names block {checkpoint.BlockHash} at height {checkpoint.Height}; block {blockHash} at height {height} is expected.");
        }

        return batchDigest is { } digest && checkpoint.BatchDigest != digest
            ? AnchorVerdict.Bad(AnchorFault.CheckpointDiffers, $"The checkpoint names the batch {checkpoint.BatchDigest}; {digest} is expected.")
            : null;
    }

    private static AnchorVerdict? CheckBranches(AnchorEvidence evidence)
    {
        if (evidence.Headers.Count is 0 or > AnchorEvidence.MaximumHeaders)
            return AnchorVerdict.Bad(AnchorFault.HeadersMissing, $"1 to {AnchorEvidence.MaximumHeaders} headers are needed, {evidence.Headers.Count} are shown.");

        var block = evidence.Headers[0];
        if (!evidence.Branch.TryComputeRoot(evidence.Transaction.Txid, out var root) || root != block.MerkleRoot)
            return AnchorVerdict.Bad(AnchorFault.NotInBlock, $"The branch does not show transaction {evidence.Transaction.Txid} in block {block.Hash}.");

        // A 64-byte transaction can pose as an inner node and hide a forged one below it. The coinbase cannot be
        // chosen so, and all leaves of a Bitcoin tree have one depth.
        var coinbase = evidence.Coinbase;
        if (!coinbase.IsCoinbase || coinbase.StrippedSize <= AmbiguousBytes)
            return AnchorVerdict.Bad(AnchorFault.CoinbaseInvalid, $"Transaction {coinbase.Txid} is no coinbase.");
        if (evidence.CoinbaseSiblings.Count != evidence.Branch.Siblings.Count)
        {
            return AnchorVerdict.Bad(
                AnchorFault.CoinbaseInvalid, $"The coinbase's branch has {evidence.CoinbaseSiblings.Count} siblings, the transaction's {evidence.Branch.Siblings.Count}: one depth is needed.");
        }

        if (!new MerkleBranch(0, evidence.CoinbaseSiblings).TryComputeRoot(coinbase.Txid, out var coinbaseRoot) || coinbaseRoot != block.MerkleRoot)
            return AnchorVerdict.Bad(AnchorFault.CoinbaseInvalid, $"The branch does not show the coinbase {coinbase.Txid} in block {block.Hash}.");
        if (!CoinbaseHeight.TryRead(coinbase.Inputs[0].ScriptSig, out var height) || height != evidence.BlockHeight)
            return AnchorVerdict.Bad(AnchorFault.HeightDiffers, $"The coinbase does not name the Bitcoin height {evidence.BlockHeight} (BIP 34).");
        return null;
    }

    private static AnchorVerdict? CheckHeaders(AnchorEvidence evidence, AnchorRules rules)
    {
        for (var i = 0; i < evidence.Headers.Count; i++)
        {
            var header = evidence.Headers[i];
            if (!header.HasWork(rules.EffectiveTarget))
            {
                return AnchorVerdict.Bad(
                    AnchorFault.WorkMissing, $"Header {i} ({header.Hash}, target {header.Bits}) does not have the work that {rules.EffectiveTarget} asks for.");
            }

            if (i == 0)
                continue;
            var parent = evidence.Headers[i - 1];
            if (header.Previous != parent.Hash)
                return AnchorVerdict.Bad(AnchorFault.HeadersNotLinked, $"Header {i} builds on {header.Previous}, not on {parent.Hash}.");
            if (!MayFollow(parent.Bits, header.Bits, (ulong)evidence.BlockHeight + (ulong)i, rules.Network))
            {
                return AnchorVerdict.Bad(
                    AnchorFault.DifficultyInvalid, $"Header {i} changes the target from {parent.Bits} to {header.Bits}, which {rules.Network.Name} does not do there.");
            }
        }

        return null;
    }

    private static bool MayFollow(CompactTarget parent, CompactTarget next, ulong height, BitcoinNetwork network)
    {
        if (parent == next)
            return true;
        if (!network.Retargets)
            return false;
        if (network.AllowsEasyBlocks)
            return true;
        return height % BitcoinNetwork.RetargetInterval == 0
            && parent.TryGetTarget(out var before) && next.TryGetTarget(out var after)
            && after <= before * 4 && after >= (before / 4) - (before >> 16); // the compact form rounds down
    }
}
