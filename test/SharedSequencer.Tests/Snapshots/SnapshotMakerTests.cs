using NUnit.Framework;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.Application;
using SharedSequencer.Application.Snapshots;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.RandomChain;
using SharedSequencer.StateMachine.State;
using SharedSequencer.Storage;
using SharedSequencer.Storage.Snapshots;
using ChunkResult = SharedSequencer.AbciProto.Abci.ResponseApplySnapshotChunk.Types.Result;
using OfferResult = SharedSequencer.AbciProto.Abci.ResponseOfferSnapshot.Types.Result;

namespace SharedSequencer.Tests.Snapshots;

internal sealed class SnapshotMakerTests
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingSnapshots _told = new();

    private string Data => _folder.File("data");

    [TearDown]
    public void TearDown()
    {
        if (Directory.Exists(Data))
            Directory.Delete(Data, recursive: true);
        _told.MadeHeights.Clear();
        _told.Failures.Clear();
    }

    [OneTimeTearDown]
    public void OneTimeTearDown() => _folder.Dispose();

    [Test]
    public async Task Astria_defect_12_a_node_serves_snapshots_at_an_interval_and_another_starts_from_one()
    {
        var blocks = new RandomBlocks(new RandomWorld(31));
        using var maker = NewMaker(interval: 10);
        var serving = Serving(maker, blocks);
        for (var height = 1; height <= 45; height++)
        {
            Run(serving, blocks.Next());
            await maker.Idle;
        }

        var offers = serving.ListSnapshots(new RequestListSnapshots()).Snapshots;
        Assert.That(offers.Select(s => s.Height), Is.EqualTo(new ulong[] { 40, 30 }), "the newest two");
        Assert.That(_told.MadeHeights, Is.EqualTo(new long[] { 10, 20, 30, 40 }));

        using var database = NodeDatabase.Open(_folder.File("joining"), "cometbft");
        var store = new SqliteChainStore(database);
        var joining = new SequencerApplication(store, new RecordingObserver(), new ApplicationOptions());
        var offer = new RequestOfferSnapshot { Snapshot = offers[0], AppHash = offers[0].Metadata.Length > 0 ? Trusted(offers[0]) : null };
        Assert.That(joining.OfferSnapshot(offer).Result, Is.EqualTo(OfferResult.Accept));
        for (uint i = 0; i < offers[0].Chunks; i++)
        {
            var chunk = serving.LoadSnapshotChunk(new RequestLoadSnapshotChunk { Height = 40, Format = 1, Chunk = i }).Chunk;
            Assert.That(
                joining.ApplySnapshotChunk(new RequestApplySnapshotChunk { Index = i, Chunk = chunk, Sender = "serving" }).Result,
                Is.EqualTo(ChunkResult.Accept));
        }

        // The same state also from the file, and bounded history.
        var reopened = new SequencerApplication(store, new RecordingObserver(), new ApplicationOptions());
        Assert.That(reopened.Info(new RequestInfo()).LastBlockHeight, Is.EqualTo(40));
        store.Reader.Query(chain =>
        {
            Assert.That(chain.EarliestHeight(), Is.EqualTo(41));
            Assert.That(chain.Block(40), Is.Null);
            foreach (var (record, head) in chain.NamespacesAfter(default, 100))
            {
                Assert.That(chain.IsSlicePruned(record.Id, 1), Is.EqualTo(head.SliceCount > 0));
                Assert.That(chain.IsSlicePruned(record.Id, head.SliceCount + 1), Is.False);
            }

            return 0;
        });
    }

    [Test]
    public async Task The_restored_store_follows_like_one_that_had_every_block_and_steps_back_to_the_snapshot()
    {
        var (blocks, state) = SnapshotChain.Grow(33, 30);
        using var database = NodeDatabase.Open(Data, "cometbft");
        var store = new SqliteChainStore(database);
        store.Restore(new(state, SnapshotChain.Evidence));
        var node = new SequencerApplication(store, new RecordingObserver(), new ApplicationOptions());
        for (var i = 0; i < 20; i++)
            Run(node, blocks.Next());

        Assert.That(store.Load(out var tip)!.AppHash, Is.EqualTo(blocks.State.AppHash));
        Assert.That(tip.Height, Is.EqualTo(50));
        Assert.That(() => store.Restore(new(state, SnapshotChain.Evidence)), Throws.InvalidOperationException);
        for (var height = 49; height >= 30; height--)
            Assert.That(store.StepBack(), Is.EqualTo(height));
        Assert.That(store.Load(out tip)!.AppHash, Is.EqualTo(state.AppHash));
        Assert.That(tip.Height, Is.EqualTo(30));
        Assert.That(store.StepBack, Throws.TypeOf<StorageException>().With.Message.Contains("snapshot"));
        await Task.CompletedTask;
    }

    [Test]
    public async Task The_chain_goes_on_while_a_snapshot_is_made()
    {
        var blocks = new RandomBlocks(new RandomWorld(34));
        using var hold = new ManualResetEventSlim();
        using var maker = new SnapshotMaker(new HeldStore(hold), new SnapshotOptions { Interval = 5 }, _told);
        var node = Serving(maker, blocks);

        for (var height = 1; height <= 12; height++)
            Run(node, blocks.Next());

        Assert.That(maker.Idle.IsCompleted, Is.False);
        Assert.That(_told.Failures.Single(), Does.StartWith("10: The last snapshot is still being made"));
        hold.Set();
        await maker.Idle;
        Assert.That(_told.MadeHeights, Is.EqualTo(new long[] { 5 }));
    }

    [Test]
    public async Task A_snapshot_that_a_crash_left_unfinished_is_thrown_away_and_made_again()
    {
        var blocks = new RandomBlocks(new RandomWorld(35));
        var twin = new Replica(blocks.InitChain());
        for (var height = 1; height <= 10; height++)
            _ = twin.Run(blocks.Next());
        Directory.CreateDirectory(Path.Combine(Data, "snapshots", "draft-10"));
        File.WriteAllText(Path.Combine(Data, "snapshots", "draft-10", "chunk-0"), "half");
        Directory.CreateDirectory(Path.Combine(Data, "snapshots", "5"));

        using var maker = NewMaker(interval: 10);
        Assert.That(maker.List(), Is.Empty);
        Assert.That(Directory.Exists(Path.Combine(Data, "snapshots", "draft-10")), Is.False);
        _ = new SequencerApplication(twin.Store, new RecordingObserver(), new ApplicationOptions(), maker);
        await maker.Idle;

        Assert.That(maker.List().Single().Height, Is.EqualTo(10));
        using var again = NewMaker(interval: 10);
        Assert.That(again.List().Single().Encode(), Is.EqualTo(maker.List().Single().Encode()));
    }

    [Test]
    public async Task A_chunk_that_the_disk_gives_back_wrong_is_not_served()
    {
        var (_, state) = SnapshotChain.Grow(36, 10);
        using var maker = NewMaker(interval: 10);
        maker.Committed(state, SnapshotChain.Evidence);
        await maker.Idle;
        var good = maker.Chunk(10, 1, 0);
        Assert.That(Hash256.Of(good!), Is.EqualTo(maker.List()[0].Chunks[0]));
        Assert.That(maker.Chunk(10, 1, 1), Is.Null);
        Assert.That(maker.Chunk(10, 2, 0), Is.Null);
        Assert.That(maker.Chunk(11, 1, 0), Is.Null);
        Assert.That(maker.Chunk(10, 1, uint.MaxValue), Is.Null);

        File.WriteAllBytes(Path.Combine(Data, "snapshots", "10", "chunk-0"), [.. good!.Reverse()]);

        Assert.That(maker.Chunk(10, 1, 0), Is.Null);
        Assert.That(maker.List(), Is.Empty);
        Assert.That(_told.Failures.Single(), Does.Contain("damaged"));
    }

    [Test]
    public async Task A_full_disk_costs_the_snapshot_and_not_the_chain()
    {
        var (_, state) = SnapshotChain.Grow(37, 10);
        using var maker = new SnapshotMaker(new FullStore(), new SnapshotOptions { Interval = 10 }, _told);

        maker.Committed(state, SnapshotChain.Evidence);
        await maker.Idle;

        Assert.That(_told.Failures.Single(), Is.EqualTo("10: No space left on device"));
    }

    [Test]
    public async Task A_snapshot_of_100_000_accounts_takes_seconds_and_little_memory()
    {
        var genesis = new RandomWorld(38).Genesis with
        {
            Accounts = [.. Enumerable.Range(0, 100_000).Select(i => new KeyValuePair<AccountId, ulong>(
                AccountId.From(Hash256.Of(BitConverter.GetBytes(i)).Span), 1_000_000UL + (ulong)i))],
        };
        var state = ChainState.AtGenesis(genesis).With(
            [], System.Collections.Immutable.ImmutableSortedDictionary<NamespaceId, MerklePeaks>.Empty, 10, new BlockTime(1_700_000_001, 0));
        using var maker = NewMaker(interval: 10);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var started = System.Diagnostics.Stopwatch.GetTimestamp();

        maker.Committed(state, SnapshotChain.Evidence);
        await maker.Idle;

        var made = System.Diagnostics.Stopwatch.GetElapsedTime(started);
        var bytes = maker.List()[0].Chunks.Select((_, i) => (long)maker.Chunk(10, 1, (uint)i)!.Length).Sum();
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        started = System.Diagnostics.Stopwatch.GetTimestamp();
        using var database = NodeDatabase.Open(_folder.File("large"), "cometbft");
        var store = new SqliteChainStore(database);
        var joining = new SequencerApplication(store, new RecordingObserver(), new ApplicationOptions());
        var offer = SnapshotMessage.Of(maker.List()[0]);
        Assert.That(joining.OfferSnapshot(new RequestOfferSnapshot { Snapshot = offer, AppHash = Trusted(offer) }).Result, Is.EqualTo(OfferResult.Accept));
        for (uint i = 0; i < offer.Chunks; i++)
        {
            var chunk = Google.Protobuf.ByteString.CopyFrom(maker.Chunk(10, 1, i));
            Assert.That(joining.ApplySnapshotChunk(new RequestApplySnapshotChunk { Index = i, Chunk = chunk, Sender = "peer" }).Result, Is.EqualTo(ChunkResult.Accept));
        }

        TestContext.Out.WriteLine(
            $"100,000 accounts: {bytes} bytes in {offer.Chunks} chunks, made in {made.TotalMilliseconds:0} ms, restored in {System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms, {held} bytes held afterwards.");
        Assert.That(made, Is.LessThan(TimeSpan.FromSeconds(20)));
        Assert.That(bytes, Is.LessThan(10_000_000));
        Assert.That(held, Is.LessThan(12_000_000), "not the chunks");
        Assert.That(joining.State!.AppHash, Is.EqualTo(state.AppHash));
    }

    private static Google.Protobuf.ByteString Trusted(Snapshot snapshot)
    {
        Assert.That(SnapshotMetadata.TryDecode(snapshot.Metadata.Span, out var metadata, out _), Is.True);
        return Google.Protobuf.ByteString.CopyFrom(metadata!.AppHash.Span);
    }

    private static void Run(SequencerApplication node, RequestFinalizeBlock block)
    {
        _ = node.FinalizeBlock(block);
        _ = node.Commit(new RequestCommit());
    }

    private static SequencerApplication Serving(SnapshotMaker maker, RandomBlocks blocks)
    {
        var node = new SequencerApplication(new MemoryChainStore(), new RecordingObserver(), new ApplicationOptions(), maker);
        _ = node.InitChain(blocks.InitChain());
        return node;
    }

    private SnapshotMaker NewMaker(long interval)
    {
        Directory.CreateDirectory(Data);
        return new SnapshotMaker(new SnapshotFolder(Data), new SnapshotOptions { Interval = interval }, _told);
    }

    /// <summary>A disk that takes its time.</summary>
    private sealed class HeldStore(ManualResetEventSlim hold) : ISnapshotStore
    {
        public IReadOnlyList<SnapshotMetadata> List() => [];

        public byte[]? Chunk(long height, int index) => null;

        public void Save(long height, Func<Action<ReadOnlyMemory<byte>>, SnapshotMetadata> write, int keep) => _ = write(_ => hold.Wait());

        public void Remove(long height)
        {
        }
    }

    /// <summary>A disk without space.</summary>
    private sealed class FullStore : ISnapshotStore
    {
        public IReadOnlyList<SnapshotMetadata> List() => [];

        public byte[]? Chunk(long height, int index) => null;

        public void Save(long height, Func<Action<ReadOnlyMemory<byte>>, SnapshotMetadata> write, int keep) =>
            _ = write(_ => throw new IOException("No space left on device"));

        public void Remove(long height)
        {
        }
    }
}
