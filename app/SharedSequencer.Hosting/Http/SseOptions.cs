namespace SharedSequencer.Hosting.Http;

/// <summary>Bounds of a stream of server-sent events.</summary>
public sealed record SseOptions
{
    /// <summary>A comment is sent when nothing else was for so long: both ends notice a dead connection.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A client that takes longer to accept one event is dropped; it can resume from the last id.</summary>
    public TimeSpan WriteDeadline { get; init; } = TimeSpan.FromSeconds(20);
}
