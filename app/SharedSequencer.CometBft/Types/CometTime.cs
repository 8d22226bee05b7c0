using System.Globalization;
using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.CometBft.Types;

/// <summary>
/// A moment with exact nanoseconds, as google.protobuf.Timestamp holds it. .NET's own times have ticks of 100 ns and
/// would lose digits that are hashed and signed.
/// </summary>
/// <param name="Seconds">Whole seconds since 1970-01-01T00:00:00Z, of the years 1 to 9999.</param>
/// <param name="Nanos">0 to 999,999,999, counted forwards.</param>
public readonly record struct CometTime(long Seconds, int Nanos) : IComparable<CometTime>
{
    private const int NanosPerSecond = 1_000_000_000;
    private const long MinimumSeconds = -62135596800;
    private const long MaximumSeconds = 253402300799;
    private const string WholeSeconds = "yyyy-MM-dd'T'HH:mm:ss";
    private const int WholeSecondsLength = 19;

    /// <summary>Go's zero time, 0001-01-01T00:00:00Z: what an absent vote carries.</summary>
    public static CometTime Zero => new(MinimumSeconds, 0);

    public bool IsValid => Seconds is >= MinimumSeconds and <= MaximumSeconds && Nanos is >= 0 and < NanosPerSecond;

    public static bool operator <(CometTime left, CometTime right) => left.CompareTo(right) < 0;

    public static bool operator >(CometTime left, CometTime right) => left.CompareTo(right) > 0;

    public static bool operator <=(CometTime left, CometTime right) => left.CompareTo(right) <= 0;

    public static bool operator >=(CometTime left, CometTime right) => left.CompareTo(right) >= 0;

    /// <summary>Reads RFC 3339 in UTC, ended by Z, with up to nine digits of a second.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out CometTime time)
    {
        time = default;
        if (text.Length <= WholeSecondsLength || text[^1] != 'Z')
            return false;
        if (!DateTime.TryParseExact(
                text[..WholeSecondsLength],
                WholeSeconds,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var whole))
            return false;

        var nanos = 0;
        var fraction = text[WholeSecondsLength..^1];
        if (!fraction.IsEmpty)
        {
            if (fraction[0] != '.' || fraction.Length is < 2 or > 10)
                return false;
            for (var i = 1; i <= 9; i++)
            {
                var digit = i < fraction.Length ? fraction[i] : '0';
                if (!char.IsAsciiDigit(digit))
                    return false;
                nanos = (nanos * 10) + (digit - '0');
            }
        }

        time = new CometTime((whole.Ticks / TimeSpan.TicksPerSecond) + MinimumSeconds, nanos);
        return true;
    }

    /// <inheritdoc cref="TryParse"/>
    /// <exception cref="FormatException">The text is not such a time.</exception>
    public static CometTime Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var time)
            ? time
            : throw new FormatException($"'{text}' is not a time: RFC 3339 in UTC is needed, such as 2026-01-31T12:00:00.000000001Z.");

    /// <summary>From a .NET time: exact, as a tick is 100 ns.</summary>
    public static CometTime From(DateTimeOffset time)
    {
        var ticks = time.UtcTicks;
        return new CometTime((ticks / TimeSpan.TicksPerSecond) + MinimumSeconds, (int)(ticks % TimeSpan.TicksPerSecond) * 100);
    }

    /// <summary>As a .NET time, cut to 100 ns.</summary>
    public DateTimeOffset ToDateTimeOffset() =>
        new(((Seconds - MinimumSeconds) * TimeSpan.TicksPerSecond) + (Nanos / 100), TimeSpan.Zero);

    public int CompareTo(CometTime other) =>
        Seconds != other.Seconds ? Seconds.CompareTo(other.Seconds) : Nanos.CompareTo(other.Nanos);

    /// <summary>RFC 3339 as Go's RFC3339Nano writes it: no trailing zeros in the fraction, none at all for a whole second.</summary>
    public override string ToString()
    {
        var whole = new DateTime((Seconds - MinimumSeconds) * TimeSpan.TicksPerSecond, DateTimeKind.Utc)
            .ToString(WholeSeconds, CultureInfo.InvariantCulture);
        return Nanos == 0
            ? whole + "Z"
            : $"{whole}.{Nanos.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0')}Z";
    }

    /// <summary>The bytes of google.protobuf.Timestamp.</summary>
    internal byte[] ToProto() => new WireWriter(16).Int64(1, Seconds).Int64(2, Nanos).ToArray();

    internal static CometTime FromProto(ReadOnlySpan<byte> data)
    {
        var reader = new WireReader(data);
        var seconds = reader.Int64(1);
        var nanos = reader.Int32(2);
        reader.EndOrThrow("time");
        var time = new CometTime(seconds, nanos);
        return time.IsValid
            ? time
            : throw new FormatException($"time: {seconds} seconds and {nanos} nanoseconds are outside the years 1 to 9999.");
    }
}
