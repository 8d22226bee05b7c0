using System.Globalization;
using System.Text;

namespace SharedSequencer.Cli.Output;

/// <summary>A payload for a terminal: as text when all of it is printable, else as hex. Never a control character.</summary>
internal static class Payload
{
    private const int MaximumShown = 256;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string Show(byte[] payload)
    {
        var shown = payload.AsSpan(0, Math.Min(payload.Length, MaximumShown));
        var rest = payload.Length > shown.Length ? $"… ({payload.Length} bytes)" : "";
        return TryText(payload, out var text)
            ? $"\"{(rest.Length > 0 ? Beginning(text) : text)}\"{rest}"
            : $"0x{Convert.ToHexStringLower(shown)}{rest}";
    }

    private static string Beginning(string text)
    {
        var length = Math.Min(text.Length, MaximumShown);
        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }

    private static bool TryText(byte[] payload, out string text)
    {
        text = "";
        try
        {
            text = s_strict.GetString(payload);
        }
        catch (DecoderFallbackException)
        {
            return false;
        }

        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
                or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                return false;
        }

        return true;
    }
}
