using SharedSequencer.Primitives;

namespace SharedSequencer.Bitcoin.Anchoring;

/// <summary>A final block of the sequencer's chain.</summary>
/// <param name="Time">Block time.</param>
public sealed record FinalBlock(ulong Height, Hash256 Hash, DateTimeOffset Time);

/// <summary>What there is to anchor.</summary>
/// <param name="Newest">The newest final block: a checkpoint names it and so covers all before it.</param>
/// <param name="FirstUncovered">The first block with transactions above the covered height; null when there is none.</param>
public sealed record AnchorWork(FinalBlock Newest, FinalBlock? FirstUncovered);

/// <summary>
/// All that the poster asks about the sequencer's chain. An implementation answers only what it has verified, and deals
/// with its own failures: an exception ends the poster.
/// </summary>
public interface IAnchorSource
{
    /// <summary>What there is to anchor above a height; null while nothing is known.</summary>
    ValueTask<AnchorWork?> GetWorkAsync(ulong coveredHeight, CancellationToken cancellationToken);

    /// <summary>
    /// The hash of our block at a height; null when it is not known (pruned, or above the head). Asked only when a
    /// checkpoint of ours is found in Bitcoin that the poster's own file does not have.
    /// </summary>
    ValueTask<Hash256?> GetBlockHashAsync(ulong height, CancellationToken cancellationToken);
}
