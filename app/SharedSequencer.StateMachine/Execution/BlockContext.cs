using SharedSequencer.Primitives;

namespace SharedSequencer.StateMachine.Execution;

/// <summary>What a block gives to its transactions.</summary>
/// <param name="Height">From 1.</param>
/// <param name="Time">The header's time.</param>
public readonly record struct BlockContext(long Height, BlockTime Time);
