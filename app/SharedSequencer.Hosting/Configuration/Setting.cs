using System.Diagnostics.CodeAnalysis;

namespace SharedSequencer.Hosting.Configuration;

/// <summary>
/// One key of a program's configuration: its name, form, default and description. The template file, the names of the
/// environment variables and the checks all come from here, so that they cannot drift apart.
/// </summary>
public abstract partial class Setting
{
    private protected Setting(string key, SettingForm form, IReadOnlyList<string> defaultItems, string allowed, string description)
    {
        Key = key;
        Form = form;
        DefaultItems = defaultItems;
        Allowed = allowed;
        Description = description;
    }

    /// <summary>The key, <c>name</c> or <c>section.name</c>, in lower snake case.</summary>
    public string Key { get; }

    public SettingForm Form { get; }

    /// <summary>What a value may be, to go on after "must be".</summary>
    public string Allowed { get; }

    /// <summary>What it does, with its unit. Each line becomes a comment in the file.</summary>
    public string Description { get; }

    /// <summary>The default as text: one item, or a list's items.</summary>
    public IReadOnlyList<string> DefaultItems { get; }

    /// <summary>The part of the key before the dot; empty for a key at the top of the file.</summary>
    internal string Section => Key.Contains('.') ? Key[..Key.LastIndexOf('.')] : "";

    internal string Name => Key[(Key.LastIndexOf('.') + 1)..];

    /// <summary>True when the default itself is refused: the user must give a value.</summary>
    public bool IsRequired => !TryRead(DefaultItems, out _);

    internal abstract bool TryRead(IReadOnlyList<string> items, [MaybeNullWhen(false)] out object value);
}

/// <summary>Reads a value from its text items; a scalar has exactly one.</summary>
public delegate bool SettingParser<T>(IReadOnlyList<string> items, out T value);

/// <summary>A setting whose value is a <typeparamref name="T"/>.</summary>
public sealed class Setting<T> : Setting
{
    private readonly SettingParser<T> _parser;

    internal Setting(
        string key, SettingForm form, IReadOnlyList<string> defaultItems, string allowed, string description, SettingParser<T> parser)
        : base(key, form, defaultItems, allowed, description) => _parser = parser;

    internal override bool TryRead(IReadOnlyList<string> items, [MaybeNullWhen(false)] out object value)
    {
        var good = TryReadTyped(items, out var typed);
        value = good ? new Box(typed) : null;
        return good;
    }

    internal bool TryReadTyped(IReadOnlyList<string> items, out T value)
    {
        if (Form == SettingForm.List || items.Count == 1)
            return _parser(items, out value);
        value = default!;
        return false;
    }

    /// <summary>Keeps a value that may be null apart from "no value".</summary>
    internal sealed record Box(T Value);
}
