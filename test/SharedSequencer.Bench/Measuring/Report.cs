using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SharedSequencer.Bench.Measuring;

/// <summary>All figures of a run: a table for people, JSON for programs. Both say the same.</summary>
internal static class Report
{
    private static readonly string[] s_heads = ["figure", "median", "spread", "yardstick", "ratio", "goal", "met"];

    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void WriteJson(string file, IReadOnlyList<Figure> figures) => File.WriteAllText(file, JsonSerializer.Serialize(figures, s_json) + "\n");

    public static void WriteTable(TextWriter output, IReadOnlyList<Figure> figures)
    {
        List<string[]> rows = [s_heads];
        foreach (var figure in figures)
            rows.Add(Row(figure));
        var widths = new int[s_heads.Length];
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++)
                widths[i] = Math.Max(widths[i], row[i].Length);
        }

        for (var r = 0; r < rows.Count; r++)
        {
            output.WriteLine(string.Join("  ", rows[r].Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
            if (r > 0 && figures[r - 1].Note.Length > 0)
                output.WriteLine($"    {figures[r - 1].Note}");
        }
    }

    private static string[] Row(Figure figure) =>
    [
        figure.Name,
        $"{Number(figure.Value)} {figure.Unit}",
        figure.Runs.Count > 1 ? $"{Number(figure.Runs.Min())} … {Number(figure.Runs.Max())} ({figure.Runs.Count})" : "",
        figure.Yardstick.Length == 0 ? "" : $"{figure.Yardstick}: {Number(figure.YardstickValue ?? 0)} {figure.Unit}",
        figure.Ratio is { } ratio ? ratio.ToString("0.00", CultureInfo.InvariantCulture) : "",
        figure.Goal,
        figure.Met switch { true => "yes", false => "NO", null => "" },
    ];

    private static string Number(double value) => value.ToString(
        Math.Abs(value) switch { >= 100 => "#,0", >= 10 => "0.0", >= 1 => "0.00", _ => "0.0000" }, CultureInfo.InvariantCulture);
}
