using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SharedSequencer.Tests.Docs;

/// <summary>The values of docs/verifier.md, by their names, as a reader takes them from the page.</summary>
internal sealed partial class VerifierPage
{
    private readonly Dictionary<string, string> _values;
    private readonly HashSet<string> _read = [];

    private VerifierPage(Dictionary<string, string> values) => _values = values;

    public IReadOnlyCollection<string> Names => _values.Keys;

    /// <summary>Values that nobody asked for.</summary>
    public IEnumerable<string> Unread => _values.Keys.Except(_read);

    public static VerifierPage Load()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "SharedSequencer.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The repository's root is not above the tests.");
        Dictionary<string, string> values = [];
        var isInside = false;
        var name = "";
        foreach (var line in File.ReadLines(Path.Combine(folder.FullName, "docs", "verifier.md")))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
                isInside = line == "```values";
            else if (isInside && line.StartsWith("  ", StringComparison.Ordinal))
                values[name] += line.Trim();
            else if (isInside)
                values.Add(name = Line().Match(line).Groups[1].Value, Line().Match(line).Groups[2].Value);
        }

        return new VerifierPage(values);
    }

    /// <summary>The page with the last digit or letter of one value changed.</summary>
    public VerifierPage Change(string name)
    {
        var value = _values[name];
        var at = value.EndsWith('"') ? value.Length - 2 : value.Length - 1;
        var changed = value[at] is '1' ? '2' : '1';
        return new VerifierPage(new Dictionary<string, string>(_values) { [name] = value[..at] + changed + value[(at + 1)..] });
    }

    public byte[] Bytes(string name) => Convert.FromHexString(Value(name));

    public string Text(string name) => Value(name)[1..^1];

    public byte[] Utf8(string name) => Encoding.UTF8.GetBytes(Text(name));

    public long Number(string name) => long.Parse(Value(name), CultureInfo.InvariantCulture);

    private string Value(string name)
    {
        _read.Add(name);
        return _values[name];
    }

    [GeneratedRegex("^([a-z][a-z0-9_.]*) =(?: (.+))?$")]
    private static partial Regex Line();
}
