using System.Globalization;
using System.Text.RegularExpressions;
using SharedSequencer.CometBft.Types;

namespace SharedSequencer.Engine.Events;

/// <summary>
/// CometBFT's query language for subscriptions: conditions joined by AND, each <c>key OP value</c> with =, &lt;, &lt;=, &gt;,
/// &gt;=, CONTAINS or EXISTS; values are 'texts', numbers, TIME and DATE.
/// </summary>
internal sealed partial class EventQuery
{
    private const int MaximumLength = 512;

    private readonly List<Condition> _conditions;

    private EventQuery(string text, List<Condition> conditions)
    {
        Text = text;
        _conditions = conditions;
    }

    /// <summary>As it was given.</summary>
    public string Text { get; }

    /// <exception cref="FormatException">It is none.</exception>
    public static EventQuery Parse(string text)
    {
        if (text.Length > MaximumLength)
            throw new FormatException($"maximum query length exceeded: {text.Length} of {MaximumLength}");
        var conditions = new List<Condition>();
        var position = 0;
        while (true)
        {
            var match = ConditionForm().Match(text, position);
            if (!match.Success)
                throw new FormatException($"failed to parse query: offset {position}: no condition such as tm.event = 'NewBlock'");
            conditions.Add(Read(match));
            position += match.Length;
            if (position == text.Length)
                return new EventQuery(text, conditions);
            var and = AndForm().Match(text, position);
            if (!and.Success)
                throw new FormatException($"failed to parse query: offset {position}: AND is wanted");
            position += and.Length;
        }
    }

    /// <summary>True when each condition holds for one of the values of its key.</summary>
    public bool Matches(IReadOnlyDictionary<string, IReadOnlyList<string>> attributes) =>
        _conditions.TrueForAll(condition => attributes.TryGetValue(condition.Key, out var values) && values.Any(condition.Holds));

    private static Condition Read(Match match)
    {
        var key = match.Groups["key"].Value;
        var operation = match.Groups["op"].Value;
        if (match.Groups["exists"].Success)
            return new Condition(key, _ => true);
        if (match.Groups["text"].Success)
        {
            var text = match.Groups["text"].Value;
            return operation switch
            {
                "=" => new Condition(key, value => value == text),
                "CONTAINS" => new Condition(key, value => value.Contains(text, StringComparison.Ordinal)),
                _ => throw new FormatException($"failed to parse query: {operation} does not compare texts"),
            };
        }

        _ = Holds(operation, 0);
        if (match.Groups["time"].Success)
        {
            var text = match.Groups["time"].Value;
            if (!CometTime.TryParse(text.Contains('T', StringComparison.Ordinal) ? text : text + "T00:00:00Z", out var time))
                throw new FormatException($"failed to parse query: {text} is no time");
            return new Condition(key, value => CometTime.TryParse(value, out var its) && Holds(operation, its.CompareTo(time)));
        }

        var number = decimal.Parse(match.Groups["number"].Value, NumberStyles.Float, CultureInfo.InvariantCulture);
        return new Condition(
            key, value => decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var its) && Holds(operation, its.CompareTo(number)));
    }

    private static bool Holds(string operation, int order) => operation switch
    {
        "=" => order == 0,
        "<" => order < 0,
        "<=" => order <= 0,
        ">" => order > 0,
        ">=" => order >= 0,
        _ => throw new FormatException($"failed to parse query: {operation} does not compare numbers and times"),
    };

    [GeneratedRegex("""\G\s*(?<key>[\w.\-/]+)\s*(?:(?<exists>EXISTS)|(?<op><=|>=|<|>|=|CONTAINS)\s*(?:'(?<text>[^']*)'|(?:TIME|DATE)\s+(?<time>[0-9TZ:.\-]+)|(?<number>-?[0-9]{1,20}(?:\.[0-9]{1,8})?)))\s*""")]
    private static partial Regex ConditionForm();

    [GeneratedRegex("""\GAND(?=\s)""")]
    private static partial Regex AndForm();

    private sealed record Condition(string Key, Func<string, bool> Holds);
}
