using System.Globalization;

namespace SharedSequencer.Grpc.Wire;

/// <summary>The header <c>grpc-timeout</c>: at most eight digits and a unit.</summary>
internal static class GrpcTimeout
{
    /// <summary>Longer deadlines are as good as this one; timers take no more.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    private const long MaximumValue = 99_999_999;

    /// <summary>Shortest form that is not shorter than the time: a deadline is never announced too early.</summary>
    public static string Format(TimeSpan time)
    {
        var ticks = Math.Clamp(time.Ticks, 0, Longest.Ticks);
        var (value, unit) = (ticks * 100, 'n');
        if (value > MaximumValue)
            (value, unit) = (DivideUp(ticks, TimeSpan.TicksPerMicrosecond), 'u');
        if (value > MaximumValue)
            (value, unit) = (DivideUp(ticks, TimeSpan.TicksPerMillisecond), 'm');
        if (value > MaximumValue)
            (value, unit) = (DivideUp(ticks, TimeSpan.TicksPerSecond), 'S');
        return value.ToString(CultureInfo.InvariantCulture) + unit;
    }

    public static bool TryParse(string text, out TimeSpan time)
    {
        time = default;
        if (text.Length is < 2 or > 9 || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            return false;
        var limited = text[^1] switch
        {
            'H' => Limit(value, TimeSpan.TicksPerHour),
            'M' => Limit(value, TimeSpan.TicksPerMinute),
            'S' => Limit(value, TimeSpan.TicksPerSecond),
            'm' => Limit(value, TimeSpan.TicksPerMillisecond),
            'u' => Limit(value, TimeSpan.TicksPerMicrosecond),
            'n' => TimeSpan.FromTicks(DivideUp(value, TimeSpan.NanosecondsPerTick)),
            _ => (TimeSpan?)null,
        };
        time = limited ?? default;
        return limited is not null;
    }

    // Eight digits of hours are some 10^18 ticks: no product here exceeds 64 bits.
    private static TimeSpan Limit(long value, long unitTicks) => TimeSpan.FromTicks(Math.Min(value * unitTicks, Longest.Ticks));

    private static long DivideUp(long value, long by) => (value + by - 1) / by;
}
