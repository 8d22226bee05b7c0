using System.Globalization;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace SharedSequencer.Hosting.Configuration;

/// <summary>A value as the file gives it, with the line that people look for.</summary>
internal sealed record WrittenSetting(string Key, SettingForm? Form, IReadOnlyList<string> Items, int Line);

/// <summary>Reads a TOML file into keys and texts. Tables within tables are sections; arrays hold texts.</summary>
internal static class SettingsFile
{
    /// <summary>A configuration has no reason to be longer.</summary>
    private const int MaximumBytes = 256 * 1024;

    public static IReadOnlyList<WrittenSetting> Read(string path)
    {
        var length = new FileInfo(path).Length;
        if (length > MaximumBytes)
            throw new ConfigurationException($"{path} has {length} bytes; a configuration has at most {MaximumBytes}.");
        return Parse(File.ReadAllText(path), path);
    }

    internal static IReadOnlyList<WrittenSetting> Parse(string text, string path)
    {
        var document = SyntaxParser.Parse(text, path, validate: true);
        if (document.HasErrors)
        {
            throw new ConfigurationException(
                [.. document.Diagnostics.Select(d => $"{path}, line {d.Span.Start.Line + 1}: {d.Message}")]);
        }

        List<WrittenSetting> settings = [];
        Add(settings, "", document.KeyValues);
        foreach (var table in document.Tables)
        {
            if (table is TableArraySyntax)
                throw new ConfigurationException($"{path}, line {table.Span.Start.Line + 1}: lists of tables ([[…]]) are not used here.");
            Add(settings, NameOf(table.Name!) + ".", table.Items);
        }

        return settings;
    }

    private static void Add(List<WrittenSetting> settings, string prefix, IEnumerable<KeyValueSyntax> pairs)
    {
        foreach (var pair in pairs)
        {
            var (form, items) = Read(pair.Value);
            settings.Add(new WrittenSetting(prefix + NameOf(pair.Key!), form, items, pair.Span.Start.Line + 1));
        }
    }

    private static (SettingForm? Form, IReadOnlyList<string> Items) Read(ValueSyntax? value) => value switch
    {
        StringValueSyntax s => (SettingForm.Text, [s.Value ?? ""]),
        IntegerValueSyntax i => (SettingForm.Integer, [i.Value.ToString(CultureInfo.InvariantCulture)]),
        BooleanValueSyntax b => (SettingForm.Boolean, [b.Value ? "true" : "false"]),
        ArraySyntax a when a.Items.All(i => i.Value is StringValueSyntax) =>
            (SettingForm.List, [.. a.Items.Select(i => ((StringValueSyntax)i.Value!).Value ?? "")]),
        _ => (null, [value?.ToString().Trim() ?? ""]),
    };

    private static string NameOf(KeySyntax key) =>
        string.Join('.', new[] { TextOf(key.Key!) }.Concat(key.DotKeys.Select(d => TextOf(d.Key!))));

    private static string TextOf(BareKeyOrStringValueSyntax part) => part switch
    {
        BareKeySyntax bare => bare.Key?.Text ?? "",
        StringValueSyntax quoted => quoted.Value ?? "",
        _ => part.ToString().Trim(),
    };
}
