namespace SharedSequencer.Client;

/// <summary>The node could not be reached, did not answer in time, or its answer makes no sense.</summary>
public sealed class SequencerConnectionException(Uri node, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The node that was asked.</summary>
    public Uri Node { get; } = node;
}
