using System.Globalization;

namespace SharedSequencer.Hosting.Configuration;

/// <summary>Spans of time as people write them: a whole number and one of ms, s, m, h, d.</summary>
public static class DurationText
{
    private static readonly (string Unit, TimeSpan Length)[] s_units =
    [
        ("d", TimeSpan.FromDays(1)),
        ("h", TimeSpan.FromHours(1)),
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("s", TimeSpan.FromSeconds(1)),
    ];

    /// <summary>Reads <c>20ms</c>, <c>5s</c>, <c>3m</c>, <c>2h</c>, <c>21d</c>.</summary>
    public static bool TryParse(string text, out TimeSpan value)
    {
        foreach (var (unit, length) in s_units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && int.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                && count <= TimeSpan.MaxValue.Ticks / length.Ticks)
            {
                value = length * count;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>In the largest unit that leaves no rest; below a millisecond nothing is kept.</summary>
    public static string Format(TimeSpan value)
    {
        foreach (var (unit, length) in s_units.OrderByDescending(u => u.Length))
        {
            if (value >= length && value.Ticks % length.Ticks == 0)
                return string.Create(CultureInfo.InvariantCulture, $"{value.Ticks / length.Ticks}{unit}");
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value.Ticks / TimeSpan.TicksPerMillisecond}ms");
    }
}
