namespace SharedSequencer.Application.Snapshots;

/// <summary>When snapshots are made and how many are kept.</summary>
public sealed record SnapshotOptions
{
    /// <summary>A snapshot after each block whose height it divides; 0 makes none.</summary>
    public long Interval { get; init; }

    /// <summary>At least 2: a joining node goes on fetching the older one while the newer one is made.</summary>
    public int Keep { get; init; } = 2;
}
