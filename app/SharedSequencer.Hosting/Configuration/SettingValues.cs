namespace SharedSequencer.Hosting.Configuration;

/// <summary>The checked values of a catalogue's settings.</summary>
public sealed class SettingValues
{
    private readonly IReadOnlyDictionary<Setting, object> _values;

    internal SettingValues(IReadOnlyDictionary<Setting, object> values) => _values = values;

    /// <summary>The value of a setting of the catalogue that was loaded.</summary>
    public T Get<T>(Setting<T> setting) => ((Setting<T>.Box)_values[setting]).Value;
}
