namespace SharedSequencer.Evm.Execution;

/// <summary>One slice of the executor's namespace, verified by the caller.</summary>
/// <param name="Number">Counts the namespace's slices from 1 without a gap.</param>
/// <param name="Height">The sequencer's height; it grows from slice to slice.</param>
/// <param name="BlockTime">The time in that block's header.</param>
/// <param name="Payloads">The entries' payloads in block order.</param>
public sealed record ExecutorSlice(ulong Number, long Height, DateTimeOffset BlockTime, IReadOnlyList<byte[]> Payloads);
