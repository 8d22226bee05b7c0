using System.Text;

namespace SharedSequencer.Grpc.Wire;

/// <summary>The text of <c>grpc-message</c>: UTF-8, percent-encoded outside of printable ASCII.</summary>
internal static class StatusMessage
{
    /// <summary>Longer texts are cut: clients take a few KiB of headers in all.</summary>
    public const int MaximumCharacters = 2000;

    public static string Encode(string text)
    {
        if (text.Length > MaximumCharacters)
            text = text[..(MaximumCharacters - 1)] + "…";
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~') && !text.Contains('%'))
            return text;
        var encoded = new StringBuilder(text.Length + 16);
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            if (value is >= 0x20 and <= 0x7e and not (byte)'%')
                encoded.Append((char)value);
            else
                encoded.Append('%').Append(Convert.ToHexString([value]));
        }

        return encoded.ToString();
    }

    /// <summary>What is not encoded well stays as it is: a broken text must not hide the status it explains.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains('%'))
            return text;
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                bytes.Add(Convert.FromHexString(text.AsSpan(i + 1, 2))[0]);
                i += 2;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text[i].ToString()));
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
