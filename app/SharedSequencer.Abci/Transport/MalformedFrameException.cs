namespace SharedSequencer.Abci.Transport;

/// <summary>The peer sent what is no ABCI request. Its message says what was read, for the log; the connection ends.</summary>
internal sealed class MalformedFrameException(string message, Exception? inner = null) : Exception(message, inner);
