namespace SharedSequencer.Evm.Execution;

/// <summary>The executor's chain is not the one that the slices make. Nothing is patched over: a person must look.</summary>
public sealed class ExecutorDivergedException(string message) : Exception(message);
