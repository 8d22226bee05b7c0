namespace SharedSequencer.Evm.Execution;

/// <summary>
/// What turns a namespace's slices into a rollup's blocks. Delivery is at least once: a slice that was taken before changes nothing.
/// After any exception but <see cref="ExecutorDivergedException"/> a caller asks <see cref="GetInfoAsync"/> and delivers again from
/// <see cref="ExecutorInfo.NextSlice"/>: slices that only gathered are forgotten then. Calls are served one at a time.
/// </summary>
public interface IRollupExecutor
{
    /// <summary>Where the executor's own chain stands: it alone decides where to resume.</summary>
    Task<ExecutorInfo> GetInfoAsync(CancellationToken cancellationToken = default);

    /// <summary>Executes the next slice.</summary>
    /// <exception cref="SliceOutOfOrderException">It is not the next one.</exception>
    /// <exception cref="ExecutorDivergedException">The executor's chain is not the one that the slices make. It stays halted.</exception>
    Task<ExecutionResult> ExecuteAsync(ExecutorSlice slice, CancellationToken cancellationToken = default);

    /// <summary>Tells that time passed, which may end a block that gathers.</summary>
    /// <exception cref="ExecutorDivergedException">The executor's chain is not the one that the slices make. It stays halted.</exception>
    Task<ExecutionResult> TipAsync(ExecutorTip tip, CancellationToken cancellationToken = default);

    /// <summary>
    /// Marks as firm the newest block whose last slice is not above <paramref name="firmSlice"/>, and each later block up to it as it
    /// is executed. A lower number than before takes the mark back, as a deep Bitcoin reorganisation does.
    /// </summary>
    /// <exception cref="ExecutorDivergedException">The executor's chain is not the one that the slices make. It stays halted.</exception>
    Task<ExecutorInfo> UpdateCommitmentAsync(ulong firmSlice, CancellationToken cancellationToken = default);
}
