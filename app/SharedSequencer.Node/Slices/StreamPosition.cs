using SharedSequencer.Primitives;

namespace SharedSequencer.Node.Slices;

/// <summary>How far a follower of a namespace has got. Two at the same position are sent the same bytes.</summary>
/// <param name="Next">The number of the slice that it waits for.</param>
/// <param name="Tip">The height of the last tip that it was sent; 0 before the first.</param>
internal readonly record struct StreamPosition(NamespaceId Namespace, bool Prove, ulong Next, long Tip);

/// <summary>What brings a follower on.</summary>
/// <param name="Frames">Whole events, as they go on the wire; empty when nothing is new.</param>
/// <param name="HasMore">There is more already: go on without waiting for a commit.</param>
internal sealed record StreamBatch(ReadOnlyMemory<byte> Frames, StreamPosition Position, bool HasMore)
{
    /// <summary>Others are sent the same memory.</summary>
    public bool IsShared { get; init; }
}
