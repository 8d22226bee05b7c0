namespace SharedSequencer.Evm.Execution;

/// <summary>
/// A final sequencer block, whether or not it holds a slice of the executor's namespace. It tells the executor that time passed:
/// every slice of a height up to this one must have been delivered before it.
/// </summary>
/// <param name="Height">The sequencer's height.</param>
/// <param name="BlockTime">The time in that block's header.</param>
public readonly record struct ExecutorTip(long Height, DateTimeOffset BlockTime);
