namespace SharedSequencer.Bitcoin.Anchoring;

/// <summary>
/// When a checkpoint is due: so many blocks, or so long, after the first block with transactions that none covers.
/// Empty blocks never cause one.
/// </summary>
public sealed record AnchorPolicy
{
    /// <summary>Blocks of the sequencer's chain, counted from the first uncovered one with transactions; at least 1.</summary>
    public ulong MaximumBlocks { get; init; } = 600;

    /// <summary>Time since that block's time.</summary>
    public TimeSpan MaximumDelay { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// True when one is due. Time is the newest block's or the clock's, whichever is later: a chain that stopped right
    /// after a block with transactions is still anchored.
    /// </summary>
    public bool IsDue(AnchorWork work, DateTimeOffset now)
    {
        if (work.FirstUncovered is not { } first || work.Newest.Height < first.Height)
            return false;
        var latest = work.Newest.Time > now ? work.Newest.Time : now;
        return work.Newest.Height - first.Height >= MaximumBlocks || latest - first.Time >= MaximumDelay;
    }
}
