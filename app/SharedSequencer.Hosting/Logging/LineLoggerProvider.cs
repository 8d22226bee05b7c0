using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SharedSequencer.Hosting.Logging;

/// <summary>
/// One line for each event: time, level, source, message, then the message's named values. Written at once, so that a
/// process that stops itself loses nothing.
/// </summary>
public sealed class LineLoggerProvider(TextWriter output, TimeProvider clock, LogLevel minimum) : ILoggerProvider
{
    private readonly ConcurrentDictionary<string, LineLogger> _loggers = new();
    private readonly Lock _writing = new();

    public ILogger CreateLogger(string categoryName) =>
        _loggers.GetOrAdd(categoryName, name => new LineLogger(this, ShortSource(name)));

    public void Dispose()
    {
    }

    internal bool IsEnabled(LogLevel level) => level >= minimum && level != LogLevel.None;

    internal void Write(LogLevel level, string source, string message, IReadOnlyList<KeyValuePair<string, object?>>? values, Exception? error)
    {
        var line = LogLine.Format(clock.GetUtcNow(), level, source, message, values, error);
        lock (_writing)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }

    private static string ShortSource(string category) =>
        category.StartsWith("SharedSequencer.", StringComparison.Ordinal) ? category["SharedSequencer.".Length..] : category;
}

internal sealed class LineLogger(LineLoggerProvider provider, string source) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => provider.IsEnabled(logLevel);

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            provider.Write(logLevel, source, formatter(state, exception), state as IReadOnlyList<KeyValuePair<string, object?>>, exception);
    }
}
