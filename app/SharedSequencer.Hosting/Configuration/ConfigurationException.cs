namespace SharedSequencer.Hosting.Configuration;

/// <summary>The configuration cannot be used; the message lists everything that is wrong with it, for the user.</summary>
public sealed class ConfigurationException(IReadOnlyList<string> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    public ConfigurationException(string error)
        : this([error])
    {
    }

    /// <summary>One sentence for each fault: where, the key, the value, what is allowed.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}
