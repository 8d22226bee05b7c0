namespace SharedSequencer.Client.Light;

/// <summary>A light client cannot trust what it was asked for; the message says why, and what to do where something can be done.</summary>
public class LightClientException(LightStep step, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The step that failed.</summary>
    public LightStep Step { get; } = step;
}
