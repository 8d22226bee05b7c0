namespace SharedSequencer.Evm.Execution;

/// <summary>Where an executor stands.</summary>
/// <param name="NextSlice">The slice that it expects next: where a caller resumes.</param>
/// <param name="Head">Its newest block: the soft end of the chain.</param>
/// <param name="Firm">The newest block that is marked firm; null before the first.</param>
public sealed record ExecutorInfo(ulong NextSlice, BlockPosition Head, BlockPosition? Firm);
