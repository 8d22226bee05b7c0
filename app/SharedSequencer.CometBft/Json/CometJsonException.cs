namespace SharedSequencer.CometBft.Json;

/// <summary>Text that is not the JSON CometBFT would have written; the message names the place and what is there.</summary>
public sealed class CometJsonException(string message, Exception? inner = null) : Exception(message, inner);
