namespace SharedSequencer.Evm.Execution;

/// <summary>One slice's payloads, in their order, after execution.</summary>
public sealed record SliceResult(ulong Number, long Height, IReadOnlyList<PayloadResult> Payloads);
