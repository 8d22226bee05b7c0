namespace SharedSequencer.Evm.Execution;

/// <summary>A block of the rollup's chain, and how far in the namespace's slices it reaches.</summary>
/// <param name="Number">The block's number in the rollup's chain; 0 is its genesis.</param>
/// <param name="Hash">Its hash as the rollup's clients write it.</param>
/// <param name="Timestamp">Its own clock, in seconds since 1970.</param>
/// <param name="LastSlice">The last slice in it; 0 for the genesis.</param>
/// <param name="Height">The sequencer's height of that slice; 0 for the genesis.</param>
public sealed record BlockPosition(ulong Number, string Hash, ulong Timestamp, ulong LastSlice, long Height);
