namespace SharedSequencer.Client;

/// <summary>How a <see cref="NamespaceFollower"/> asks its nodes.</summary>
public sealed record NamespaceFollowerOptions
{
    /// <summary>Slices in one request while it is behind. A node sends fewer where they are large.</summary>
    public int BatchSlices { get; init; } = 500;

    /// <summary>A node that shows no new block for so long is left for the next one. A chain shows life every second.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to go on while no node answers; for ever by default.</summary>
    public TimeSpan GiveUpAfter { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Bounds of each node's client. A broken stream is given up soon, so that the next node is asked.</summary>
    public SequencerClientOptions Client { get; init; } = new()
    {
        RequestTimeout = TimeSpan.FromSeconds(10),
        StreamGiveUpAfter = TimeSpan.FromSeconds(2),
        MaximumBackoff = TimeSpan.FromSeconds(2),
    };

    /// <summary>Told whenever a node is left, and why: a lie is worth an alarm. Called before the next node is asked.</summary>
    public Action<NodeFault>? OnFault { get; init; }
}
