namespace SharedSequencer.Evm.Execution;

/// <summary>
/// The blocks that a call made: none while a slice gathers with others, two when a slice ends a gathered block and makes its own.
/// </summary>
/// <param name="Blocks">In their order.</param>
/// <param name="WasKnown">True when the slice had been taken before, and nothing was done.</param>
public sealed record ExecutionResult(IReadOnlyList<ExecutedBlock> Blocks, bool WasKnown = false)
{
    public static ExecutionResult Nothing { get; } = new([]);

    public static ExecutionResult Known { get; } = new([], WasKnown: true);
}
