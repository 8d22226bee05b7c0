namespace SharedSequencer.Bench.Load;

/// <summary>What became of a load.</summary>
internal sealed record LoadResult
{
    /// <summary>Committed transactions a second, by the blocks that were committed in the measured time.</summary>
    public required double Rate { get; init; }

    /// <summary>Committed transactions in the measured time.</summary>
    public required long Committed { get; init; }

    /// <summary>The measured time in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Blocks with transactions in it.</summary>
    public required int Blocks { get; init; }

    /// <summary>From submission until the block was seen, of all transactions in the measured time, in milliseconds.</summary>
    public required IReadOnlyList<double> Latencies { get; init; }

    /// <summary>Sent, and in no block at the end.</summary>
    public required long Lost { get; init; }

    /// <summary>Processor time for each committed transaction, in microseconds.</summary>
    public required double CometCpu { get; init; }

    public required double AppCpu { get; init; }

    public required double SenderCpu { get; init; }
}
