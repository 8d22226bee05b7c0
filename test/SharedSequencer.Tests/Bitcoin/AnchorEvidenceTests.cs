using System.Text.Json;
using NUnit.Framework;
using SharedSequencer.Bitcoin;
using SharedSequencer.Bitcoin.Anchoring;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Bitcoin;

/// <summary>Honest evidence holds; each lie in it is refused for what it is.</summary>
internal sealed class AnchorEvidenceTests
{
    private static readonly AnchorRules s_rules = new() { Network = BitcoinNetwork.Regtest, RequiredConfirmations = 3 };

    private readonly AnchoredBlocks _blocks = new(transactions: 11, index: 6, confirmations: 3);

    [Test]
    public void Honest_evidence_holds_at_every_index_of_blocks_of_every_shape()
    {
        for (var transactions = 2; transactions <= 9; transactions++)
        {
            for (var index = 1; index < transactions; index++)
            {
                var verdict = Judge(new AnchoredBlocks(transactions, index, 3, seed: transactions).Evidence);
                Assert.That(verdict.Holds, Is.True, $"{transactions} transactions, index {index}: {verdict.Reason}");
                Assert.That(verdict.Confirmations, Is.EqualTo(3));
            }
        }
    }

    [Test]
    public void The_checkpoint_tells_which_block_to_compare_with()
    {
        Assert.That(AnchorVerifier.TryReadCheckpoint(_blocks.Evidence, AnchoredBlocks.Tag, out var checkpoint), Is.True);
        Assert.That(checkpoint.Height, Is.EqualTo(AnchoredBlocks.Height));
        Assert.That(AnchorVerifier.TryReadCheckpoint(_blocks.Evidence, new ChainTag(1), out _), Is.False);
    }

    [Test]
    public void Another_block_height_batch_or_chain_is_refused()
    {
        var evidence = _blocks.Evidence;
        var hash = AnchoredBlocks.BlockHash;
        Assert.That(Fault(AnchorVerifier.Verify(evidence, AnchoredBlocks.Tag, AnchoredBlocks.Height, Hash256.Zero, s_rules)), Is.EqualTo(AnchorFault.CheckpointDiffers));
        Assert.That(Fault(AnchorVerifier.Verify(evidence, AnchoredBlocks.Tag, AnchoredBlocks.Height + 1, hash, s_rules)), Is.EqualTo(AnchorFault.CheckpointDiffers));
        Assert.That(Fault(AnchorVerifier.Verify(evidence, AnchoredBlocks.Tag, AnchoredBlocks.Height, hash, s_rules, Hash256.Of("x"u8))), Is.EqualTo(AnchorFault.CheckpointDiffers));
        Assert.That(AnchorVerifier.Verify(evidence, AnchoredBlocks.Tag, AnchoredBlocks.Height, hash, s_rules, Hash256.Zero).Holds, Is.True);
        Assert.That(Fault(AnchorVerifier.Verify(evidence, new ChainTag(7), AnchoredBlocks.Height, hash, s_rules)), Is.EqualTo(AnchorFault.CheckpointMissing));
    }

    [Test]
    public void Another_transaction_than_the_blocks_is_refused()
    {
        var other = AnchoredBlocks.CheckpointTransaction(new Checkpoint(AnchoredBlocks.Tag, AnchoredBlocks.Height, AnchoredBlocks.BlockHash, Hash256.Of("another batch"u8)));
        Assert.That(Fault(_blocks.Evidence with { Transaction = other }), Is.EqualTo(AnchorFault.NotInBlock));
        Assert.That(Fault(_blocks.Evidence with { Transaction = _blocks.Transactions[1] }), Is.EqualTo(AnchorFault.CheckpointMissing));
    }

    [Test]
    public void A_changed_sibling_index_or_depth_is_refused()
    {
        var branch = _blocks.Evidence.Branch;
        for (var i = 0; i < branch.Siblings.Count; i++)
        {
            var siblings = branch.Siblings.ToArray();
            siblings[i] = BitcoinHash.Of("lie"u8);
            Assert.That(Fault(_blocks.Evidence with { Branch = branch with { Siblings = siblings } }), Is.EqualTo(AnchorFault.NotInBlock), $"sibling {i}");
        }

        foreach (var index in new uint[] { 0, 5, 7, 6 + 16, 6 + 32, uint.MaxValue })
            Assert.That(Fault(_blocks.Evidence with { Branch = branch with { Index = index } }), Is.EqualTo(AnchorFault.NotInBlock), $"index {index}");
        Assert.That(Fault(_blocks.Evidence with { Branch = branch with { Siblings = [.. branch.Siblings.SkipLast(1)] } }), Is.EqualTo(AnchorFault.NotInBlock));
        var endless = Enumerable.Repeat(BitcoinHash.Zero, MerkleBranch.MaximumDepth + 1).ToList();
        Assert.That(Fault(_blocks.Evidence with { Branch = branch with { Siblings = endless } }), Is.EqualTo(AnchorFault.NotInBlock));
    }

    [Test]
    public void A_forged_transaction_below_one_of_64_bytes_is_refused()
    {
        // The leaf of the block is a 64-byte "transaction" whose second half is the forged transaction's id.
        var forged = AnchoredBlocks.CheckpointTransaction(new Checkpoint(AnchoredBlocks.Tag, AnchoredBlocks.Height, AnchoredBlocks.BlockHash, Hash256.Zero));
        var left = BitcoinHash.Of("first half"u8);
        var coinbase = AnchoredBlocks.Coinbase(AnchoredBlocks.BitcoinHeight);
        BitcoinHash[] leaves = [coinbase.Txid, BitcoinHash.OfPair(left, forged.Txid)];
        var header = AnchoredBlocks.Mine(_blocks.Evidence.Headers[0] with { MerkleRoot = BitcoinMerkle.Root(leaves, out _) });
        var evidence = new AnchorEvidence
        {
            Transaction = forged,
            Branch = new MerkleBranch(3, [left, coinbase.Txid]),
            Coinbase = coinbase,
            CoinbaseSiblings = [leaves[1]],
            Headers = [header],
            BlockHeight = AnchoredBlocks.BitcoinHeight,
        };
        Assert.That(evidence.Branch.TryComputeRoot(forged.Txid, out var root) && root == header.MerkleRoot, Is.True, "the branch alone looks right");
        Assert.That(Fault(evidence), Is.EqualTo(AnchorFault.CoinbaseInvalid));
    }

    [Test]
    public void An_inner_node_that_poses_as_a_transaction_is_refused()
    {
        var tiny = new BitcoinTransaction(1, [new TransactionInput(OutPoint.None)], [new TransactionOutput(0, [0x6a, 0x02, 1, 2])], 0);
        Assert.That(tiny.StrippedSize, Is.EqualTo(64));
        Assert.That(Fault(_blocks.Evidence with { Transaction = tiny }), Is.EqualTo(AnchorFault.TransactionTooSmall));
    }

    [Test]
    public void A_false_coinbase_is_refused()
    {
        var evidence = _blocks.Evidence;
        Assert.That(Fault(evidence with { Coinbase = evidence.Transaction }), Is.EqualTo(AnchorFault.CoinbaseInvalid));
        Assert.That(Fault(evidence with { Coinbase = AnchoredBlocks.Coinbase(300) }), Is.EqualTo(AnchorFault.CoinbaseInvalid));
        Assert.That(Fault(evidence with { CoinbaseSiblings = [.. evidence.CoinbaseSiblings.Reverse()] }), Is.EqualTo(AnchorFault.CoinbaseInvalid));
        Assert.That(Fault(evidence with { CoinbaseSiblings = [] }), Is.EqualTo(AnchorFault.CoinbaseInvalid));
        Assert.That(Fault(evidence with { BlockHeight = evidence.BlockHeight + 1 }), Is.EqualTo(AnchorFault.HeightDiffers));
    }

    [Test]
    public void Headers_without_work_are_refused()
    {
        for (var i = 0; i < 3; i++)
        {
            var headers = _blocks.Evidence.Headers.ToArray();
            headers[i] = AnchoredBlocks.WithoutWork(headers[i]);
            Assert.That(Fault(_blocks.Evidence with { Headers = headers }), Is.EqualTo(AnchorFault.WorkMissing), $"header {i}");
        }
    }

    [Test]
    public void A_target_easier_than_the_network_or_the_rules_allow_is_refused()
    {
        var easy = AnchoredBlocks.Mine(_blocks.Evidence.Headers[0] with { Bits = new CompactTarget(0x2100ffff) });
        Assert.That(Fault(_blocks.Evidence with { Headers = [easy] }), Is.EqualTo(AnchorFault.WorkMissing));
        Assert.That(Fault(_blocks.Evidence, s_rules with { Network = BitcoinNetwork.Mainnet }), Is.EqualTo(AnchorFault.WorkMissing));
        Assert.That(Fault(_blocks.Evidence, s_rules with { EasiestTarget = new CompactTarget(0x1f00ffff) }), Is.EqualTo(AnchorFault.WorkMissing));
    }

    [Test]
    public void Headers_that_do_not_build_on_each_other_are_refused()
    {
        var headers = _blocks.Evidence.Headers;
        Assert.That(Fault(_blocks.Evidence with { Headers = [headers[0], headers[2], headers[1]] }), Is.EqualTo(AnchorFault.HeadersNotLinked));
        Assert.That(Fault(_blocks.Evidence with { Headers = [headers[0], headers[1], headers[1]] }), Is.EqualTo(AnchorFault.HeadersNotLinked), "one block counted twice");
        Assert.That(Fault(_blocks.Evidence with { Headers = [headers[0], headers[2]] }), Is.EqualTo(AnchorFault.HeadersNotLinked));
        Assert.That(Fault(_blocks.Evidence with { Headers = [headers[1], headers[2]] }), Is.EqualTo(AnchorFault.NotInBlock), "the first is not the transaction's");
    }

    [Test]
    public void A_target_that_changes_where_the_network_changes_none_is_refused()
    {
        var headers = _blocks.Evidence.Headers.ToArray();
        headers[1] = AnchoredBlocks.Mine(headers[1] with { Bits = new CompactTarget(0x207ffffe) });
        Assert.That(Fault(_blocks.Evidence with { Headers = headers[..2] }), Is.EqualTo(AnchorFault.DifficultyInvalid));
    }

    [Test]
    public void Too_few_or_too_many_headers_are_refused()
    {
        var headers = _blocks.Evidence.Headers;
        Assert.That(Fault(_blocks.Evidence with { Headers = [] }), Is.EqualTo(AnchorFault.HeadersMissing));
        Assert.That(Fault(_blocks.Evidence with { Headers = [.. headers.Take(2)] }), Is.EqualTo(AnchorFault.TooShallow));
        Assert.That(Fault(_blocks.Evidence with { Headers = [.. Enumerable.Repeat(headers[0], AnchorEvidence.MaximumHeaders + 1)] }), Is.EqualTo(AnchorFault.HeadersMissing));
    }

    [Test]
    public void Evidence_goes_through_json_and_back()
    {
        var text = AnchorEvidenceText.From(_blocks.Evidence);
        var again = JsonSerializer.Deserialize<AnchorEvidenceText>(JsonSerializer.Serialize(text))!;
        Assert.That(again.TryParse(out var evidence, out var reason), Is.True, reason);
        Assert.That(Judge(evidence).Holds, Is.True);
        Assert.That(evidence.Transaction.Wtxid, Is.EqualTo(_blocks.Evidence.Transaction.Wtxid));
    }

    [Test]
    public void Every_part_of_the_text_is_bounded_and_named_when_wrong()
    {
        var text = AnchorEvidenceText.From(_blocks.Evidence);
        Refused(text with { Transaction = "" }, "transaction");
        Refused(text with { Transaction = null! }, "transaction");
        Refused(text with { Transaction = text.Transaction[..^2] }, "transaction");
        Refused(text with { Transaction = new string('0', (2 * AnchorEvidence.MaximumTransactionBytes) + 2) }, "transaction");
        Refused(text with { Transaction = "zz" }, "transaction");
        Refused(text with { Coinbase = "00" }, "coinbase");
        Refused(text with { Branch = null! }, "branch");
        Refused(text with { Branch = ["12"] }, "branch");
        Refused(text with { Branch = [null!] }, "branch");
        Refused(text with { Branch = [.. Enumerable.Repeat(new string('0', 64), 21)] }, "branch");
        Refused(text with { CoinbaseBranch = [.. Enumerable.Repeat(new string('0', 64), 21)] }, "coinbase_branch");
        Refused(text with { Headers = [] }, "headers");
        Refused(text with { Headers = null! }, "headers");
        Refused(text with { Headers = [text.Headers[0][2..]] }, "headers");
        Refused(text with { Headers = [null!] }, "headers");
        Refused(text with { Headers = [.. Enumerable.Repeat(text.Headers[0], AnchorEvidence.MaximumHeaders + 1)] }, "headers");

        static void Refused(AnchorEvidenceText text, string part)
        {
            Assert.That(text.TryParse(out _, out var reason), Is.False);
            Assert.That(reason, Does.StartWith(part + ":"));
        }
    }

    private static AnchorVerdict Judge(AnchorEvidence evidence, AnchorRules? rules = null) =>
        AnchorVerifier.Verify(evidence, AnchoredBlocks.Tag, AnchoredBlocks.Height, AnchoredBlocks.BlockHash, rules ?? s_rules);

    private static AnchorFault Fault(AnchorEvidence evidence, AnchorRules? rules = null) => Fault(Judge(evidence, rules));

    private static AnchorFault Fault(AnchorVerdict verdict)
    {
        Assert.That(verdict.Reason, Is.Not.Empty);
        Assert.That(verdict.Confirmations, Is.Zero);
        return verdict.Fault;
    }
}
