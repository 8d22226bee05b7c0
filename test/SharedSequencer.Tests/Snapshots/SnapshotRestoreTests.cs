using Google.Protobuf;
using NUnit.Framework;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.Application;
using SharedSequencer.Application.Ports;
using SharedSequencer.Application.Snapshots;
using SharedSequencer.Primitives;
using SharedSequencer.RandomChain;
using SharedSequencer.StateMachine.State;
using OfferResult = SharedSequencer.AbciProto.Abci.ResponseOfferSnapshot.Types.Result;
using ChunkResult = SharedSequencer.AbciProto.Abci.ResponseApplySnapshotChunk.Types.Result;

namespace SharedSequencer.Tests.Snapshots;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SnapshotRestoreTests
{
    private readonly RecordingSnapshots _told = new();

    [Test]
    public void Astria_defect_11_a_restored_node_answers_Info_with_the_snapshots_app_hash_and_follows([Values(1, 2, 3)] int seed)
    {
        var (blocks, state) = SnapshotChain.Grow(seed, 40);
        var (metadata, chunks) = SnapshotChain.Write(state);
        var store = new MemoryChainStore();
        var node = NewNode(store);

        Assert.That(node.OfferSnapshot(SnapshotChain.Offer(metadata)).Result, Is.EqualTo(OfferResult.Accept));
        for (var i = 0; i < chunks.Count; i++)
            Assert.That(node.ApplySnapshotChunk(SnapshotChain.Chunk(i, chunks[i])).Result, Is.EqualTo(ChunkResult.Accept));

        var info = node.Info(new RequestInfo());
        Assert.That(info.LastBlockHeight, Is.EqualTo(40));
        Assert.That(info.LastBlockAppHash.ToByteArray(), Is.EqualTo(state.AppHash.Span.ToArray()));
        Assert.That(info.AppVersion, Is.EqualTo(SequencerApplication.AppVersion));
        Assert.That(store.EvidenceAge, Is.EqualTo(SnapshotChain.Evidence));
        for (var i = 0; i < 20; i++)
        {
            var response = node.FinalizeBlock(blocks.Next());
            _ = node.Commit(new RequestCommit());
            Assert.That(response.AppHash.ToByteArray(), Is.EqualTo(blocks.State.AppHash.Span.ToArray()));
        }
    }

    [Test]
    public void A_peer_that_serves_a_bad_chunk_is_refused_and_the_chunk_is_fetched_from_another()
    {
        var (_, state) = SnapshotChain.Grow(11, 40);
        var (metadata, chunks) = SnapshotChain.Write(state);
        var node = NewNode(new MemoryChainStore());
        _ = node.OfferSnapshot(SnapshotChain.Offer(metadata));
        _ = node.ApplySnapshotChunk(SnapshotChain.Chunk(0, chunks[0]));
        foreach (var bad in new[] { [], chunks[0], chunks[1][..^1], [.. chunks[1], 0], Flip(chunks[1], 5) })
        {
            var answer = node.ApplySnapshotChunk(SnapshotChain.Chunk(1, bad, "liar"));

            Assert.That(answer.Result, Is.EqualTo(ChunkResult.Retry));
            Assert.That(answer.RejectSenders, Is.EqualTo(new[] { "liar" }));
            Assert.That(answer.RefetchChunks, Is.EqualTo(new uint[] { 1 }));
        }

        for (var i = 0; i < chunks.Count; i++)
            Assert.That(node.ApplySnapshotChunk(SnapshotChain.Chunk(i, chunks[i], "honest")).Result, Is.EqualTo(ChunkResult.Accept));
        Assert.That(node.State!.AppHash, Is.EqualTo(state.AppHash));
        Assert.That(_told.Refusals, Has.Count.EqualTo(5).And.All.Contains("liar"));
    }

    [Test]
    public void A_chunk_ahead_of_its_turn_starts_the_snapshot_anew_and_is_nobodys_fault()
    {
        var (_, state) = SnapshotChain.Grow(18, 40);
        var (metadata, chunks) = SnapshotChain.Write(state);
        var node = NewNode(new MemoryChainStore());
        _ = node.OfferSnapshot(SnapshotChain.Offer(metadata));
        _ = node.ApplySnapshotChunk(SnapshotChain.Chunk(0, chunks[0]));

        var answer = node.ApplySnapshotChunk(SnapshotChain.Chunk(2, chunks[2]));

        Assert.That((answer.Result, answer.RejectSenders.Count, answer.RefetchChunks.Count), Is.EqualTo((ChunkResult.RetrySnapshot, 0, 0)));
        for (var i = 0; i < chunks.Count; i++)
            Assert.That(node.ApplySnapshotChunk(SnapshotChain.Chunk(i, chunks[i])).Result, Is.EqualTo(ChunkResult.Accept));
        Assert.That(node.State!.AppHash, Is.EqualTo(state.AppHash));
    }

    [Test]
    public void After_a_snapshot_that_was_refused_as_a_whole_nothing_of_it_is_taken()
    {
        var (_, state) = SnapshotChain.Grow(13, 40);
        var (_, other) = SnapshotChain.Grow(14, 40);
        var (metadata, chunks) = SnapshotChain.Write(other);
        var node = NewNode(new MemoryChainStore());
        byte[] garbage = [0x0a];
        Assert.That(
            ApplyAll(node, metadata with { Chunks = [Hash256.Of(garbage), .. metadata.Chunks.Skip(1)] }, [garbage, .. chunks.Skip(1)]),
            Is.EqualTo(ChunkResult.RejectSnapshot));

        for (var i = 0; i < 2; i++)
            Assert.That(node.ApplySnapshotChunk(SnapshotChain.Chunk(i, i == 0 ? garbage : chunks[i])).Result, Is.EqualTo(ChunkResult.Abort));

        (metadata, chunks) = SnapshotChain.Write(state);
        Assert.That(ApplyAll(node, metadata, chunks), Is.EqualTo(ChunkResult.Accept), "another offer is another snapshot");
    }

    [Test]
    public void A_node_that_was_restored_and_has_no_block_can_be_restored_again()
    {
        var (_, early) = SnapshotChain.Grow(19, 20);
        var (blocks, late) = SnapshotChain.Grow(19, 40);
        var node = NewNode(new MemoryChainStore());
        foreach (var state in new[] { early, late })
        {
            var (metadata, chunks) = SnapshotChain.Write(state);
            Assert.That(ApplyAll(node, metadata, chunks), Is.EqualTo(ChunkResult.Accept));
            Assert.That(node.State!.AppHash, Is.EqualTo(state.AppHash));
        }

        _ = node.FinalizeBlock(blocks.Next());
        _ = node.Commit(new RequestCommit());
        Assert.That(node.State!.AppHash, Is.EqualTo(blocks.State.AppHash));
        Assert.That(node.OfferSnapshot(SnapshotChain.Offer(SnapshotChain.Write(early).Metadata)).Result, Is.EqualTo(OfferResult.Abort));
    }

    [Test]
    public void An_offer_whose_parts_do_not_belong_together_is_refused_with_its_sender()
    {
        var (_, state) = SnapshotChain.Grow(12, 10);
        var (metadata, _) = SnapshotChain.Write(state);

        Assert.That(Offered(_ => { }), Is.EqualTo(OfferResult.Accept));
        Assert.That(Offered(offer => offer.Snapshot.Format = 2), Is.EqualTo(OfferResult.RejectFormat));
        Assert.That(Offered(offer => offer.Snapshot.Height++), Is.EqualTo(OfferResult.RejectSender));
        Assert.That(Offered(offer => offer.Snapshot.Chunks++), Is.EqualTo(OfferResult.RejectSender));
        Assert.That(Offered(offer => offer.Snapshot.Hash = ByteString.CopyFrom(new byte[32])), Is.EqualTo(OfferResult.RejectSender));
        Assert.That(Offered(offer => offer.AppHash = ByteString.CopyFrom(new byte[32])), Is.EqualTo(OfferResult.RejectSender));
        Assert.That(Offered(offer => offer.Snapshot.Metadata = ByteString.CopyFrom([1, 2, 3])), Is.EqualTo(OfferResult.RejectSender));
        Assert.That(Offered(offer => offer.Snapshot = null), Is.EqualTo(OfferResult.Reject));

        OfferResult Offered(Action<RequestOfferSnapshot> change)
        {
            var offer = SnapshotChain.Offer(metadata);
            change(offer);
            return NewNode(new MemoryChainStore()).OfferSnapshot(offer).Result;
        }
    }

    [Test]
    public void Genuine_chunks_of_another_state_than_the_trusted_one_are_refused_as_a_whole()
    {
        var (_, state) = SnapshotChain.Grow(13, 40);
        var (_, other) = SnapshotChain.Grow(14, 40);
        var (metadata, chunks) = SnapshotChain.Write(other);
        var store = new MemoryChainStore();

        var last = ApplyAll(NewNode(store), metadata with { AppHash = state.AppHash }, chunks);

        Assert.That(last, Is.EqualTo(ChunkResult.RejectSnapshot));
        Assert.That(store.Load(out _), Is.Null);
        Assert.That(_told.Refusals.Last(), Does.Contain(state.AppHash.ToString()));
    }

    [Test]
    public void Peaks_that_are_left_out_are_missed_although_the_app_hash_is_right()
    {
        var (_, state) = SnapshotChain.Grow(15, 40);
        Assert.That(state.SlicePeaks, Is.Not.Empty);
        var bare = ChainState.Restore([.. state.Tree.Entries()], [], state.Height, state.Time);
        var (metadata, chunks) = SnapshotChain.Write(bare);
        Assert.That(metadata.AppHash, Is.EqualTo(state.AppHash));

        Assert.That(ApplyAll(NewNode(new MemoryChainStore()), metadata, chunks), Is.EqualTo(ChunkResult.RejectSnapshot));
        Assert.That(_told.Refusals.Last(), Does.Contain("peaks"));
    }

    [Test]
    public void Garbage_with_the_right_hash_is_refused_as_a_whole()
    {
        var (_, state) = SnapshotChain.Grow(16, 20);
        var (metadata, chunks) = SnapshotChain.Write(state);
        byte[][] garbage = [[0x0a], [0x1a, 0x00], [.. chunks[0], .. chunks[0]], [0x0a, 0x02, 0x0a, 0x00], [0x12, 0x06, 0x0a, 0x01, 0x61, 0x12, 0x01, 0x61]];
        foreach (var bad in garbage)
        {
            List<byte[]> changed = [bad, .. chunks.Skip(1)];
            var forged = metadata with { Chunks = [.. changed.Select(c => Hash256.Of(c))] };

            Assert.That(ApplyAll(NewNode(new MemoryChainStore()), forged, changed), Is.EqualTo(ChunkResult.RejectSnapshot), Convert.ToHexString(bad));
        }
    }

    [Test]
    public void A_node_with_blocks_takes_no_snapshot()
    {
        var (blocks, _) = SnapshotChain.Grow(17, 0);
        var node = new Replica(blocks.InitChain());
        _ = node.Run(blocks.Next());
        var (_, state) = SnapshotChain.Grow(17, 20);
        var (metadata, _) = SnapshotChain.Write(state);

        Assert.That(node.Application.OfferSnapshot(SnapshotChain.Offer(metadata)).Result, Is.EqualTo(OfferResult.Abort));
    }

    [Test]
    public void A_chunk_without_an_offer_ends_the_state_sync() =>
        Assert.That(
            NewNode(new MemoryChainStore()).ApplySnapshotChunk(SnapshotChain.Chunk(0, [1])).Result, Is.EqualTo(ChunkResult.Abort));

    private static byte[] Flip(byte[] bytes, int at)
    {
        byte[] changed = [.. bytes];
        changed[at] ^= 1;
        return changed;
    }

    private static ChunkResult ApplyAll(SequencerApplication node, SnapshotMetadata metadata, List<byte[]> chunks)
    {
        Assert.That(node.OfferSnapshot(SnapshotChain.Offer(metadata)).Result, Is.EqualTo(OfferResult.Accept));
        for (var i = 0; i < chunks.Count; i++)
        {
            var result = node.ApplySnapshotChunk(SnapshotChain.Chunk(i, chunks[i])).Result;
            if (result != ChunkResult.Accept)
                return result;
        }

        return ChunkResult.Accept;
    }

    private SequencerApplication NewNode(IChainStore store) =>
        new(store, new RecordingObserver(), new ApplicationOptions(), snapshotObserver: _told);
}
