namespace SharedSequencer.Devnet.Programs;

/// <summary>Keys of CometBFT's config.toml, and their replacement in place: the rest of the file stays as CometBFT wrote it.</summary>
internal static class CometConfig
{
    /// <summary>Reads <c>section.key</c> → value, verbatim, from lines of the form <c>key = value</c>.</summary>
    /// <exception cref="FormatException">A line is something else, or a key is repeated.</exception>
    public static Dictionary<string, string> Parse(string text, string name)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Read(text))
        {
            if (line.Key is null)
            {
                if (line.Text.Trim() is { Length: > 0 } rest && !rest.StartsWith('#') && !rest.StartsWith('['))
                    throw new FormatException($"{name}: '{rest}' is neither a comment, a section, nor key = value on one line.");
                continue;
            }

            if (!values.TryAdd(line.Key, line.Value))
                throw new FormatException($"{name}: '{line.Key}' is set twice.");
        }

        return values;
    }

    /// <summary>Puts new values into a config.toml.</summary>
    /// <exception cref="FormatException">It lacks one of the keys.</exception>
    public static string Apply(string text, IReadOnlyDictionary<string, string> values, string name)
    {
        var missing = new SortedSet<string>(values.Keys, StringComparer.Ordinal);
        var lines = new List<string>();
        foreach (var line in Read(text))
        {
            if (line.Key is not null && values.TryGetValue(line.Key, out var value))
            {
                lines.Add($"{line.Key[(line.Key.LastIndexOf('.') + 1)..]} = {value}");
                missing.Remove(line.Key);
            }
            else
            {
                lines.Add(line.Text);
            }
        }

        return missing.Count == 0
            ? string.Join('\n', lines)
            : throw new FormatException(
                $"{name} has no key '{string.Join("', '", missing)}': this version of CometBFT does not know it. "
                + "Use the folder of cometbft-config that belongs to the version.");
    }

    private static IEnumerable<(string Text, string? Key, string Value)> Read(string text)
    {
        var section = "";
        foreach (var line in text.Split('\n'))
        {
            var trimmed = line.Trim();
            if (trimmed.StartsWith('['))
            {
                section = trimmed.Trim('[', ']') + ".";
            }
            else if (!trimmed.StartsWith('#') && trimmed.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
            {
                yield return (line, section + trimmed[..equals].Trim(), trimmed[(equals + 1)..].Trim());
                continue;
            }

            yield return (line, null, "");
        }
    }
}
