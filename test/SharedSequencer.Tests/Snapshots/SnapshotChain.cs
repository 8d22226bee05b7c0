using Google.Protobuf;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.Application.Ports;
using SharedSequencer.Application.Snapshots;
using SharedSequencer.RandomChain;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.Tests.Snapshots;

/// <summary>Random chains, and their snapshots as a peer would offer and send them.</summary>
internal static class SnapshotChain
{
    /// <summary>Small, so that a small state takes several chunks.</summary>
    public const int SmallChunks = 600;

    public static EvidenceAge Evidence => new(10, 20);

    /// <summary>A chain's blocks and its state after them.</summary>
    public static (RandomBlocks Blocks, ChainState State) Grow(int seed, int blocks)
    {
        var chain = new RandomBlocks(new RandomWorld(seed));
        for (var i = 0; i < blocks; i++)
            _ = chain.Next();
        return (chain, chain.State);
    }

    public static (SnapshotMetadata Metadata, List<byte[]> Chunks) Write(ChainState state, int chunkBytes = SmallChunks)
    {
        List<byte[]> chunks = [];
        var metadata = new SnapshotWriter(chunk => chunks.Add(chunk.ToArray()), chunkBytes).Write(state, Evidence);
        return (metadata, chunks);
    }

    public static RequestOfferSnapshot Offer(SnapshotMetadata metadata) => new()
    {
        Snapshot = SnapshotMessage.Of(metadata),
        AppHash = ByteString.CopyFrom(metadata.AppHash.Span),
    };

    public static RequestApplySnapshotChunk Chunk(int index, byte[] bytes, string sender = "peer") => new()
    {
        Index = (uint)index,
        Chunk = ByteString.CopyFrom(bytes),
        Sender = sender,
    };
}
