namespace SharedSequencer.Evm.Rpc;

/// <summary>No usable answer: not connected, timed out, an HTTP error, or an answer that is too large or no JSON-RPC. Trying again may help.</summary>
public sealed class ClientUnreachableException(string message, Exception? inner = null) : Exception(message, inner);
