namespace SharedSequencer.Bench.Load;

/// <summary>How a load is sent.</summary>
internal sealed record LoadPlan
{
    /// <summary>Raw transactions in the order of sending. Transaction i goes over line i modulo the number of lines.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Transactions { get; init; }

    public int Lines { get; init; } = 8;

    /// <summary>Transactions in one write of a line.</summary>
    public int PerWrite { get; init; } = 16;

    /// <summary>Transactions that are sent and not committed, at most: below every pool's caps, above a block.</summary>
    public int Window { get; init; } = 12_000;

    /// <summary>Committed before the measurement, while compilers and caches warm up.</summary>
    public int Warmup { get; init; } = 50_000;

    /// <summary>Committed in the measurement.</summary>
    public int Measured { get; init; } = 50_000;

    /// <summary>Then it ends, whatever has been committed.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(45);
}
