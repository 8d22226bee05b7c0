using Google.Protobuf;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.Primitives;

namespace SharedSequencer.Application.Snapshots;

/// <summary>A snapshot as CometBFT tells it to its peers.</summary>
internal static class SnapshotMessage
{
    public static Snapshot Of(SnapshotMetadata snapshot)
    {
        var metadata = snapshot.Encode();
        return new Snapshot
        {
            Height = (ulong)snapshot.Height,
            Format = SnapshotMetadata.Format,
            Chunks = (uint)snapshot.Chunks.Count,
            Hash = ByteString.CopyFrom(Hash256.Of(metadata).Span),
            Metadata = UnsafeByteOperations.UnsafeWrap(metadata),
        };
    }
}
