using System.CommandLine.Parsing;
using System.Globalization;

namespace SharedSequencer.Cli.Output;

/// <summary>Amounts as people write them: <c>1500000</c>, <c>1500000useq</c> or <c>1.5SEQ</c>. 1 SEQ = 1,000,000 useq.</summary>
internal static class Amount
{
    private const ulong UseqPerSeq = 1_000_000;
    private const int Decimals = 6;

    /// <summary>In useq.</summary>
    public static bool TryParse(string text, out ulong useq)
    {
        if (Without(text, "useq") is { } whole)
            return TryDigits(whole, out useq);
        if (Without(text, "SEQ") is not { } seq)
            return TryDigits(text, out useq);

        useq = 0;
        var point = seq.IndexOf('.', StringComparison.Ordinal);
        var fraction = point < 0 ? "" : seq[(point + 1)..];
        if (point >= 0 && fraction.Length is 0 or > Decimals)
            return false;
        if (!TryDigits(point < 0 ? seq : seq[..point], out var units) || !TryDigits(fraction.PadRight(Decimals, '0'), out var parts))
            return false;
        if (units > (ulong.MaxValue - parts) / UseqPerSeq)
            return false;
        useq = (units * UseqPerSeq) + parts;
        return true;
    }

    /// <summary>Both forms, such as <c>1.5 SEQ (1500000 useq)</c>.</summary>
    public static string Show(ulong useq)
    {
        var fraction = (useq % UseqPerSeq).ToString("D6", CultureInfo.InvariantCulture).TrimEnd('0');
        return string.Create(
            CultureInfo.InvariantCulture, $"{useq / UseqPerSeq}{(fraction.Length > 0 ? "." : "")}{fraction} SEQ ({useq} useq)");
    }

    /// <summary>Both forms of an amount that the API gave as decimal text.</summary>
    public static string Show(string useq) => TryDigits(useq, out var amount) ? Show(amount) : $"{useq} useq";

    /// <summary>Parses an argument; what is wrong becomes a usage error.</summary>
    public static ulong Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (!TryParse(text, out var useq))
            result.AddError($"'{text}' is no amount: write 1500000, 1500000useq or 1.5SEQ (1 SEQ = 1,000,000 useq).");
        return useq;
    }

    /// <summary>As <see cref="Parse"/>, for options that may be left out.</summary>
    public static ulong? ParseOptional(ArgumentResult result) => Parse(result);

    private static string? Without(string text, string unit) =>
        text.EndsWith(unit, StringComparison.OrdinalIgnoreCase) ? text[..^unit.Length].TrimEnd() : null;

    private static bool TryDigits(string text, out ulong value) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
