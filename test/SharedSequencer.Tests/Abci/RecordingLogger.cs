using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SharedSequencer.Abci;

namespace SharedSequencer.Tests.Abci;

/// <summary>Keeps the lines of the log.</summary>
internal sealed class RecordingLogger : ILogger<AbciServer>
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public IEnumerable<string> Warnings => Lines.Where(line => !line.StartsWith(nameof(LogLevel.Information), StringComparison.Ordinal));

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue($"{logLevel}: {formatter(state, exception)}");
}
