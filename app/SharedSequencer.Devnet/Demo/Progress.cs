using System.Diagnostics;
using System.Globalization;

namespace SharedSequencer.Devnet.Demo;

/// <summary>A line per step, with the time since the script's first line.</summary>
internal sealed class Progress
{
    /// <summary>Milliseconds since 1970 at the script's first line.</summary>
    public const string StartedVariable = "SEQ_DEVNET_STARTED";

    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly TimeSpan _before;
    private readonly Lock _lock = new();

    public Progress()
    {
        _before = long.TryParse(Environment.GetEnvironmentVariable(StartedVariable), CultureInfo.InvariantCulture, out var milliseconds)
            ? DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : TimeSpan.Zero;
    }

    public TimeSpan Elapsed => _before + Stopwatch.GetElapsedTime(_started);

    public void Say(string text)
    {
        lock (_lock)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[{Elapsed.TotalSeconds,6:0.00}] {text}"));
    }
}
