namespace SharedSequencer.Storage.Pruning;

/// <summary>Which blocks may be pruned.</summary>
public sealed record Retention
{
    /// <summary>So many of the newest blocks stay; 0 keeps all.</summary>
    public long Blocks { get; init; }

    /// <summary>
    /// The height of the oldest snapshot that is served, or null: a node that joins from it needs what came after.
    /// </summary>
    public Func<long?> OldestSnapshot { get; init; } = () => null;
}
