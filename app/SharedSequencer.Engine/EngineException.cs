namespace SharedSequencer.Engine;

/// <summary>The engine cannot start or go on. The message says why, and what to do.</summary>
public sealed class EngineException(string message, Exception? inner = null) : Exception(message, inner);
