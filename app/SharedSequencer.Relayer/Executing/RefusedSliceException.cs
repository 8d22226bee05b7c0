namespace SharedSequencer.Relayer.Executing;

/// <summary>The node sent what does not verify, or not what was asked for.</summary>
internal sealed class RefusedSliceException(string message) : Exception(message);
