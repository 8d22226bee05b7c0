using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace SharedSequencer.Hosting.Logging;

/// <summary>The text of one log line. Control characters are escaped: nothing that a stranger sent can forge a line.</summary>
internal static class LogLine
{
    private const int MaximumLength = 16 * 1024;
    private const string TemplateKey = "{OriginalFormat}";

    public static string Format(
        DateTimeOffset time, LogLevel level, string source, string message, IReadOnlyList<KeyValuePair<string, object?>>? values, Exception? error)
    {
        var line = new StringBuilder(160);
        line.Append(time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture))
            .Append(' ').Append(NameOf(level)).Append(' ').Append(source).Append(": ");
        AppendEscaped(line, message);
        foreach (var (key, value) in values ?? [])
        {
            if (key == TemplateKey)
                continue;
            var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            line.Append(' ').Append(key).Append('=');
            var quoted = text.Length == 0 || text.AsSpan().IndexOfAny(' ', '"', '=') >= 0;
            if (quoted)
                line.Append('"');
            AppendEscaped(line, quoted ? text.Replace("\"", "\\\"") : text);
            if (quoted)
                line.Append('"');
        }

        if (error is not null)
        {
            // A warning is about something outside; an error is about us, and its stack is needed.
            line.Append(" | ");
            AppendEscaped(line, level >= LogLevel.Error ? error.ToString() : Chain(error));
        }

        if (line.Length > MaximumLength)
        {
            line.Length = MaximumLength;
            line.Append('…');
        }

        return line.ToString();
    }

    private static string Chain(Exception error)
    {
        var text = new StringBuilder();
        for (var e = error; e is not null; e = e.InnerException)
            text.Append(text.Length == 0 ? "" : " <- ").Append(e.GetType().Name).Append(": ").Append(e.Message);
        return text.ToString();
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "TRC",
        LogLevel.Debug => "DBG",
        LogLevel.Information => "INF",
        LogLevel.Warning => "WRN",
        LogLevel.Error => "ERR",
        _ => "CRT",
    };

    private static void AppendEscaped(StringBuilder line, string text)
    {
        foreach (var c in text)
        {
            switch (c)
            {
                case '\n':
                    line.Append("\\n");
                    break;
                case '\r':
                    break;
                case var control when char.IsControl(control):
                    line.Append("\\u").Append(((int)control).ToString("x4", CultureInfo.InvariantCulture));
                    break;
                default:
                    line.Append(c);
                    break;
            }
        }
    }
}
