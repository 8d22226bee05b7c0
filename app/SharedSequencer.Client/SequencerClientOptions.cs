namespace SharedSequencer.Client;

/// <summary>Bounds on what a client waits for and reads.</summary>
public sealed record SequencerClientOptions
{
    /// <summary>How long one request may take, its answer included. Streams are bound by <see cref="StreamIdleTimeout"/> instead.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest answer, or event of a stream, that is read. A slice is at most one block, in base64.</summary>
    public int MaximumResponseBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>A stream that is silent for longer is taken for broken and opened anew. A node shows life every 15 seconds.</summary>
    public TimeSpan StreamIdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a stream tries to come back before it gives up; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</summary>
    public TimeSpan StreamGiveUpAfter { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>The wait before the first reconnection; it doubles up to <see cref="MaximumBackoff"/>.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan MaximumBackoff { get; init; } = TimeSpan.FromSeconds(10);
}
