using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Blocks;
using SharedSequencer.Protocol.State;

namespace SharedSequencer.Client;

/// <summary>A namespace's head, as a trusted header proves it.</summary>
/// <param name="Namespace">Whose slices.</param>
/// <param name="Height">The height after which the head is this: the header is of the next one.</param>
/// <param name="Head">All zero while there is no slice.</param>
public sealed record VerifiedHead(NamespaceId Namespace, long Height, NamespaceHead Head);

/// <summary>A slice by its number, as a head proves it.</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="Height">Of its block. No block between this and the slice's before holds anything of the namespace.</param>
/// <param name="Entries">All of the namespace's in that block, in order; at least one.</param>
public sealed record NumberedSlice(NamespaceId Namespace, ulong Number, long Height, IReadOnlyList<Entry> Entries);

/// <summary>Consecutive slices: nothing is missing between them, whatever lies between their heights.</summary>
/// <param name="Head">Under which they are proven.</param>
/// <param name="Slices">From the number that was asked for; none when the head counts fewer.</param>
/// <param name="Next">The number to go on from.</param>
public sealed record VerifiedRange(VerifiedHead Head, IReadOnlyList<NumberedSlice> Slices, ulong Next)
{
    /// <summary>True when there was nothing more of the namespace up to the head's height.</summary>
    public bool ReachesHead => Next > Head.Head.SliceCount;
}
