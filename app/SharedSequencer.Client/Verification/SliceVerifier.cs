using SharedSequencer.Api.Contracts;
using SharedSequencer.Client.Verification;
using SharedSequencer.CometBft.Commits;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Blocks;

namespace SharedSequencer.Client;

/// <summary>
/// Checks that a slice is complete and belongs to a block: entries → namespace root → preamble at index 0 → data_hash →
/// header → block hash. Every step holds, or the slice is refused. Pure: no network, no clock, no state.
/// </summary>
/// <remarks>
/// The block hash is the root of trust: take it from a light client or from a node of your own. What one block cannot
/// prove is not part of <see cref="VerifiedSlice"/>: the slice's number and the transactions' ids. Of a tree's size a
/// proof of leaf 0 shows no more than the number of levels, so that the number of transactions is not proven either.
/// </remarks>
public static class SliceVerifier
{
    /// <param name="answer">What the node sent, with proof.</param>
    /// <param name="id">The namespace that was asked for.</param>
    /// <param name="blockHash">The hash of the block that the caller trusts.</param>
    /// <param name="withCommit">
    /// Check the commit's signatures too. A trusted hash does not need them: it shows that the answer is whole.
    /// </param>
    public static SliceVerdict Verify(SliceResponse answer, NamespaceId id, Hash256 blockHash, bool withCommit = false)
    {
        try
        {
            return SliceVerdict.Proven(Check(answer, id, blockHash, withCommit));
        }
        catch (SliceProofException e)
        {
            return SliceVerdict.Refused(e.Step, e.Message);
        }
    }

    private static VerifiedSlice Check(SliceResponse answer, NamespaceId id, Hash256 blockHash, bool withCommit)
    {
        var proof = answer.Proof
            ?? throw new SliceProofException(VerificationStep.Format, "The answer has no proof: ask for it with proof=true.");
        var entries = SliceProofReader.Entries(id, answer.Entries);
        var light = CheckHeader(proof, answer.BlockHash, blockHash);
        var header = light.Header;
        if (withCommit && CommitCheck.EveryVote(light) is { } fault)
            throw new SliceProofException(VerificationStep.Commit, $"The commit is refused: {fault.Reason}.");
        var preamble = header.DataHash == MerkleHash.EmptyRoot
            ? CheckEmptyBlock(proof)
            : CheckPreamble(proof, header, entries);
        CheckNamespace(proof, preamble, id, entries);
        CheckSlice(answer, id, header, entries);
        return new VerifiedSlice { Namespace = id, Header = header, BlockHash = blockHash, Preamble = preamble, Entries = entries };
    }

    private static LightBlock CheckHeader(SliceProofResponse proof, string claimedHash, Hash256 blockHash)
    {
        var light = SliceProofReader.LightBlock(proof.LightBlock);
        var hash = light.Header.Hash();
        Require(VerificationStep.Header, hash == blockHash, $"The header's hash is {hash}; the trusted block's is {blockHash}.");
        Require(
            VerificationStep.Header,
            claimedHash == blockHash.ToString(),
            $"The answer says block {claimedHash}; the trusted block is {blockHash}.");
        if (light.Fault() is { } fault)
            throw new SliceProofException(VerificationStep.Header, $"Header, commit and validator set do not belong together: {fault}.");
        return light;
    }

    private static Preamble? CheckEmptyBlock(SliceProofResponse proof)
    {
        Require(
            VerificationStep.Preamble,
            proof is { Preamble: null, PreambleProof: null },
            "The header's data_hash says that the block is empty, yet the answer brings a preamble.");
        return null;
    }

    private static Preamble CheckPreamble(SliceProofResponse proof, Header header, List<Entry> entries)
    {
        if (proof.Preamble is not { } bytes || proof.PreambleProof is not { } proofResponse)
            throw new SliceProofException(VerificationStep.Preamble, "The header's data_hash says that the block is not empty, yet the answer brings no preamble with its proof.");

        // CometBFT's leaves under data_hash are the items' own hashes.
        var inclusion = SliceProofReader.Inclusion(proofResponse);
        var leaf = MerkleHash.Leaf(Hash256.Of(bytes).Span);
        Require(VerificationStep.Preamble, inclusion.LeafHash == leaf, "The proof is for another leaf than the preamble.");
        Require(VerificationStep.Preamble, inclusion.Index == 0, $"The proof is for index {inclusion.Index}; the preamble stands at index 0.");
        Require(
            VerificationStep.Preamble,
            inclusion.Total >= 2,
            $"The proof says {inclusion.Total} items; a preamble is followed by at least one transaction.");
        Require(
            VerificationStep.Preamble,
            header.DataHash is { } dataHash && inclusion.Verify(dataHash, 0, leaf),
            "The preamble's proof does not lead to the header's data_hash.");
        if (!Preamble.TryDecode(bytes, out var preamble, out var error))
            throw new SliceProofException(VerificationStep.Preamble, error);
        Require(
            VerificationStep.Preamble,
            preamble.Height == header.Height,
            $"The preamble is of height {preamble.Height}, the header of height {header.Height}.");
        Require(
            VerificationStep.Slice,
            entries.Count == 0 || entries[^1].TransactionIndex < inclusion.Total,
            $"An entry's index lies outside the block's {inclusion.Total} items.");
        return preamble;
    }

    private static void CheckNamespace(SliceProofResponse proof, Preamble? preamble, NamespaceId id, List<Entry> entries)
    {
        if (preamble is null)
        {
            Require(
                VerificationStep.Namespace,
                proof.Namespace is null && entries.Count == 0,
                "The block is empty, yet the answer brings entries or a proof of them.");
            return;
        }

        if (proof.Namespace is not { } response)
            throw new SliceProofException(VerificationStep.Namespace, "The namespace's proof is missing.");
        if (!NamespacedHash.TryRead(preamble.NamespaceRoot.Span, out var root) || preamble.EntryCount > MerkleTree.MaximumCount)
            throw new SliceProofException(VerificationStep.Namespace, "The preamble's namespace root or entry count is none that a block can have.");

        ReadOnlyMemory<byte>[] leaves = [.. entries.Select(entry => (ReadOnlyMemory<byte>)entry.LeafData())];
        var verdict = SliceProofReader.Namespace(response).Verify(root, (int)preamble.EntryCount, id, leaves);
        Require(
            VerificationStep.Namespace,
            verdict.IsProven(),
            $"The proof that these are all entries of namespace {id} fails: {Words(verdict)}.");
    }

    private static void CheckSlice(SliceResponse answer, NamespaceId id, Header header, List<Entry> entries)
    {
        Require(VerificationStep.Slice, answer.Namespace == id.ToString(), $"The answer is for namespace {answer.Namespace}, not {id}.");
        Require(
            VerificationStep.Slice, answer.Height == header.Height, $"The answer says height {answer.Height}; the header, {header.Height}.");
        Require(
            VerificationStep.Slice,
            answer.Time == header.Time.ToDateTimeOffset() && answer.Time.Offset == TimeSpan.Zero,
            $"The answer says time {answer.Time:O}; the header, {header.Time}.");
        Require(
            VerificationStep.Slice,
            answer.Number is null ? entries.Count == 0 : entries.Count > 0 && answer.Number > 0,
            $"A slice of {entries.Count} entries has the number {answer.Number?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "(none)"}.");
        for (var i = 0; i < entries.Count; i++)
        {
            var place = (entries[i].TransactionIndex, entries[i].ActionIndex);
            if (place.TransactionIndex == 0)
                throw new SliceProofException(VerificationStep.Slice, "An entry has index 0, where the preamble stands.");
            if (i > 0 && (entries[i - 1].TransactionIndex, entries[i - 1].ActionIndex).CompareTo(place) >= 0)
                throw new SliceProofException(VerificationStep.Slice, $"Entry {i} is not behind the one before it.");
        }
    }

    private static void Require(VerificationStep step, bool holds, string reason)
    {
        if (!holds)
            throw new SliceProofException(step, reason);
    }

    private static string Words(NamespaceVerdict verdict) => verdict switch
    {
        NamespaceVerdict.BadRoot => "the preamble's namespace root does not fit its entry count",
        NamespaceVerdict.RangeOutsideTree => "its range is not inside the tree",
        NamespaceVerdict.InsideRootRange => "it says that the root leaves the namespace out, and it does not",
        NamespaceVerdict.LeavesWithAbsence => "it shows that there are none, yet the answer brings entries",
        NamespaceVerdict.WrongLeafCount => "the number of entries is not that of its range",
        NamespaceVerdict.BadAbsenceLeaf => "the leaf that should show absence does not",
        NamespaceVerdict.WrongNodeCount => "it has too few or too many nodes",
        NamespaceVerdict.NodesOutOfOrder => "its nodes are out of order",
        NamespaceVerdict.Incomplete => "a node beside the range may hold more entries",
        NamespaceVerdict.RootMismatch => "entries and nodes lead to another root",
        _ => verdict.ToString(),
    };
}
