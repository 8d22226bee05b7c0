using System.Text;

namespace SharedSequencer.Hosting.Configuration;

/// <summary>
/// All settings of one program. A value is taken from the environment variable <c>SEQ_PROGRAM_KEY</c> (upper case, dots
/// as underscores: <c>api.listen</c> of <c>sequencer</c> is <c>SEQ_SEQUENCER_API_LISTEN</c>), else from
/// <c>HOME/config/PROGRAM.toml</c>, else it is the default.
/// </summary>
public sealed class SettingCatalogue
{
    private readonly Dictionary<string, Setting> _byKey = [];
    private readonly Dictionary<string, Setting> _byVariable = [];

    /// <param name="program">The program's name: of its file and of its variables.</param>
    /// <param name="settings">In the file's order; those at the top level before those in sections, a section's together.</param>
    public SettingCatalogue(string program, params IReadOnlyList<Setting> settings)
    {
        Program = program;
        Settings = settings;
        foreach (var setting in settings)
        {
            if (!_byKey.TryAdd(setting.Key, setting) || !_byVariable.TryAdd(VariableOf(setting), setting))
                throw new ArgumentException($"The setting {setting.Key} is declared twice.", nameof(settings));
        }
    }

    public string Program { get; }

    public IReadOnlyList<Setting> Settings { get; }

    private string VariablePrefix => $"SEQ_{Program.ToUpperInvariant()}_";

    /// <summary>The variable that names the home folder; it is no setting.</summary>
    public string HomeVariable => VariablePrefix + "HOME";

    /// <summary>The environment variable that overrides a setting.</summary>
    public string VariableOf(Setting setting) => VariablePrefix + setting.Key.Replace('.', '_').ToUpperInvariant();

    /// <summary>The file's path in a home folder.</summary>
    public string FileIn(string home) => Path.Combine(home, "config", Program + ".toml");

    /// <summary>The commented file with every default.</summary>
    public string Template()
    {
        var text = new StringBuilder()
            .Append("# Configuration of ").Append(Program).Append(".\n")
            .Append("# Each value can be overridden by the environment variable that its comment names.\n");
        var section = "";
        foreach (var setting in Settings)
        {
            if (setting.Section != section)
            {
                section = setting.Section;
                text.Append("\n[").Append(section).Append("]\n");
            }

            text.Append('\n');
            foreach (var line in setting.Description.Split('\n'))
                text.Append("# ").Append(line.TrimEnd('\r')).Append('\n');
            text.Append("# It must be ").Append(setting.Allowed).Append(". ").Append(VariableOf(setting)).Append('\n');
            text.Append(setting.Name).Append(" = ").Append(Literal(setting)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Writes the template unless the file is there already.</summary>
    /// <returns>True when it was written.</returns>
    public bool WriteTemplate(string home)
    {
        var path = FileIn(home);
        if (File.Exists(path))
            return false;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, Template());
        return true;
    }

    /// <summary>Reads and checks everything; writes the template first when there is no file.</summary>
    /// <param name="environment">Variable → value; variables of other programs are passed over.</param>
    /// <exception cref="ConfigurationException">With every fault found, not only the first.</exception>
    public SettingValues Load(string home, IReadOnlyDictionary<string, string> environment)
    {
        WriteTemplate(home);
        var path = FileIn(home);
        return Load(SettingsFile.Read(path), path, environment);
    }

    internal SettingValues Load(IReadOnlyList<WrittenSetting> written, string path, IReadOnlyDictionary<string, string> environment)
    {
        List<string> errors = [];
        Dictionary<Setting, object> values = [];
        var sources = Settings.ToDictionary(s => s, s => (Items: s.DefaultItems, Where: path));
        foreach (var entry in written)
        {
            var where = $"{path}, line {entry.Line}";
            if (!_byKey.TryGetValue(entry.Key, out var setting))
                errors.Add($"{where}: there is no setting '{entry.Key}'.{Suggestion(entry.Key, _byKey.Keys)}");
            else if (entry.Form != setting.Form)
                errors.Add($"{where}: {entry.Key} must be {setting.Allowed}, written like {Literal(setting)}.");
            else
                sources[setting] = (entry.Items, where);
        }

        foreach (var (variable, text) in environment.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            if (!variable.StartsWith(VariablePrefix, StringComparison.Ordinal) || variable == HomeVariable)
                continue;
            if (!_byVariable.TryGetValue(variable, out var setting))
                errors.Add($"There is no setting for the environment variable {variable}.{Suggestion(variable, _byVariable.Keys)}");
            else
                sources[setting] = (ItemsOf(setting, text), $"environment variable {variable}");
        }

        foreach (var setting in Settings)
        {
            var (items, where) = sources[setting];
            if (setting.TryRead(items, out var value))
                values.Add(setting, value);
            else
                errors.Add($"{where}: {setting.Key} is \"{Shortened(string.Join(",", items))}\"; it must be {setting.Allowed}.");
        }

        return errors.Count == 0 ? new SettingValues(values) : throw new ConfigurationException(errors);
    }

    /// <summary>The process's environment, as <see cref="Load(string, IReadOnlyDictionary{string, string})"/> takes it.</summary>
    public static IReadOnlyDictionary<string, string> ProcessEnvironment() =>
        Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string)e.Value!);

    private static IReadOnlyList<string> ItemsOf(Setting setting, string text) => setting.Form == SettingForm.List
        ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        : [text];

    private static string Literal(Setting setting) => setting.Form switch
    {
        SettingForm.Text => Quoted(setting.DefaultItems[0]),
        SettingForm.List => $"[{string.Join(", ", setting.DefaultItems.Select(Quoted))}]",
        _ => setting.DefaultItems[0],
    };

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";

    private static string Shortened(string text) => text.Length <= 200 ? text : text[..200] + "…";

    /// <summary>The known name that differs by the fewest letters, if they are few.</summary>
    private static string Suggestion(string given, IEnumerable<string> known)
    {
        var nearest = known.Select(name => (Name: name, Distance: EditDistance.Between(given, name)))
            .OrderBy(n => n.Distance).ThenBy(n => n.Name, StringComparer.Ordinal).FirstOrDefault();
        return nearest.Name is not null && nearest.Distance <= 3 ? $" Do you mean '{nearest.Name}'?" : "";
    }
}
