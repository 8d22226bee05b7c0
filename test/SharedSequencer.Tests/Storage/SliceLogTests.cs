using NUnit.Framework;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.AbciProto.Types;
using SharedSequencer.Application;
using SharedSequencer.Application.Ports;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;
using SharedSequencer.RandomChain;
using SharedSequencer.Storage;
using SharedSequencer.Storage.Pruning;

namespace SharedSequencer.Tests.Storage;

/// <summary>The trees of slices in the database: what they prove, what a step back takes, what pruning and snapshots leave.</summary>
internal sealed class SliceLogTests
{
    [Test]
    public void Every_slice_of_a_random_chain_is_proven_under_its_head([Values(1, 2)] int seed)
    {
        using var chain = new StoredChain(seed);
        chain.Grow(80);

        Assert.That(AssertProven(chain.Store, from: 1), Is.GreaterThan(100));
        chain.Reopen();
        Assert.That(AssertProven(chain.Store, from: 1), Is.GreaterThan(100), "after a restart");
    }

    [Test]
    public void A_step_back_takes_the_nodes_of_its_slices_back()
    {
        using var chain = new StoredChain(3);
        chain.Grow(60);
        for (var i = 0; i < 25; i++)
            _ = chain.Store.StepBack();
        chain.Reopen();

        AssertProven(chain.Store, from: 1);
        Assert.That(Rows(chain.Database), Is.EqualTo(Slices(chain.Database)));

        // The same blocks come again.
        foreach (var block in chain.Committed.Skip(35).ToList())
            chain.Commit(block);
        AssertProven(chain.Store, from: 1);
    }

    [Test]
    public void Pruning_leaves_the_peaks_and_all_that_is_kept_can_be_proven()
    {
        using var folder = new TemporaryFolder();
        using var database = NodeDatabase.Open(folder.File("data"), "cometbft");
        var store = new SqliteChainStore(database, new Retention { Blocks = 101 });
        var blocks = new RandomBlocks(new RandomWorld(4));
        var node = new SequencerApplication(store, new RecordingObserver(), new ApplicationOptions());
        var genesis = blocks.InitChain();
        genesis.ConsensusParams = new ConsensusParams { Evidence = new EvidenceParams { MaxAgeNumBlocks = 1, MaxAgeDuration = new() } };
        _ = node.InitChain(genesis);
        for (var i = 0; i < 300; i++)
        {
            _ = node.FinalizeBlock(blocks.Next());
            _ = node.Commit(new RequestCommit());
        }

        Assert.That(AssertProven(store, from: null), Is.GreaterThan(100));
        var namespaces = store.Reader.Query(chain => chain.NamespacesAfter(default, 100).Count);
        Assert.That(Rows(database), Is.LessThanOrEqualTo(Slices(database) + (namespaces * 10)), "a few peaks for each namespace");
        store.Reader.Query(chain =>
        {
            foreach (var (record, head) in chain.NamespacesAfter(default, 100))
                Assert.That(MerkleLogProver.ProveRange(chain.SliceLog(record.Id), head.SliceCount, 0, 1), Is.Null, "pruned");
            return 0;
        });
    }

    [Test]
    public void A_store_that_started_from_a_snapshot_proves_what_comes_then()
    {
        using var source = new StoredChain(5);
        source.Grow(50);
        var state = source.Store.Load(out _)!;
        using var folder = new TemporaryFolder();
        using var database = NodeDatabase.Open(folder.File("data"), "cometbft");
        var store = new SqliteChainStore(database);
        store.Restore(new RestoredChain(state, EvidenceAge.Default));
        var node = new SequencerApplication(store, new RecordingObserver(), new ApplicationOptions());
        store.Reader.Query(chain =>
        {
            foreach (var (record, head) in chain.NamespacesAfter(default, 100))
                Assert.That(chain.EarliestSlice(record.Id), Is.EqualTo(head.SliceCount + 1));
            return 0;
        });

        for (var i = 0; i < 30; i++)
        {
            _ = node.FinalizeBlock(source.Blocks.Next());
            _ = node.Commit(new RequestCommit());
        }

        Assert.That(AssertProven(store, from: null), Is.GreaterThan(20));
    }

    /// <summary>Proves each namespace's slices from a number on, or from the first kept one: one by one, and all at once.</summary>
    /// <returns>The number of slices.</returns>
    private static int AssertProven(SqliteChainStore store, ulong? from) => store.Reader.Query(chain =>
    {
        var count = 0;
        foreach (var (record, head) in chain.NamespacesAfter(default, 100))
        {
            var first = chain.EarliestSlice(record.Id);
            if (from is { } expected)
                Assert.That(first, Is.EqualTo(expected));
            if (head.SliceCount < first)
                continue;
            var leaves = chain.SlicesFrom(record.Id, first, int.MaxValue)
                .Select(s => MerkleHash.Leaf(NamespaceHead.Leaf(s.Namespace, s.Number, s.Height, s.Root, s.EntryCount))).ToArray();
            Assert.That((ulong)leaves.Length, Is.EqualTo(head.SliceCount - first + 1));
            for (var i = 0; i < leaves.Length; i++)
                AssertRange(chain.SliceLog(record.Id), head, first - 1 + (ulong)i, leaves.AsSpan(i, 1));
            AssertRange(chain.SliceLog(record.Id), head, first - 1, leaves);
            Assert.That(
                MerkleLogProver.ProveConsistency(chain.SliceLog(record.Id), Math.Max(1, first - 1), head.SliceCount), Is.Not.Null);
            count += leaves.Length;
        }

        return count;
    });

    private static void AssertRange(IMerkleNodes log, NamespaceHead head, ulong start, ReadOnlySpan<Hash256> leaves)
    {
        var proof = MerkleLogProver.ProveRange(log, head.SliceCount, start, (ulong)leaves.Length)!;
        Assert.That(RangeProof.Verify(head.Root, head.SliceCount, start, leaves, proof.Nodes.Span), Is.True, $"{start} of {head.SliceCount}");
    }

    private static long Rows(NodeDatabase database) => database.Read(session => session.Scalar("SELECT count(*) FROM slice_log"));

    private static long Slices(NodeDatabase database) => database.Read(session => session.Scalar("SELECT count(*) FROM slices"));
}
