using Microsoft.Extensions.Logging;
using SharedSequencer.Hosting.Configuration;

namespace SharedSequencer.Hosting.Logging;

/// <summary>The setting <c>log_level</c> that every program has.</summary>
public static class LogLevelSetting
{
    public static Setting<string> Create() => Setting.Choice(
        "log_level", "info", ["debug", "info", "warning", "error"], "How much is logged, on standard output, one line for each event.");

    /// <summary>The level of a value that the setting allows.</summary>
    public static LogLevel Parse(string value) => value switch
    {
        "debug" => LogLevel.Debug,
        "info" => LogLevel.Information,
        "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "No such log level."),
    };
}
