namespace SharedSequencer.Primitives;

/// <summary>A block's time: seconds since 1970 in UTC and nanoseconds, as CometBFT's headers carry it.</summary>
public readonly record struct BlockTime(long Seconds, int Nanoseconds) : IComparable<BlockTime>
{
    public int CompareTo(BlockTime other) =>
        Seconds != other.Seconds ? Seconds.CompareTo(other.Seconds) : Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>For people and JSON: cut to 100 ns.</summary>
    public DateTimeOffset ToDateTimeOffset() => DateTimeOffset.FromUnixTimeSeconds(Seconds).AddTicks(Nanoseconds / 100);
}
