namespace SharedSequencer.Evm.Execution;

/// <summary>A block that was made of one slice, or of several that it gathered.</summary>
public sealed record ExecutedBlock(BlockPosition Position, IReadOnlyList<SliceResult> Slices);
