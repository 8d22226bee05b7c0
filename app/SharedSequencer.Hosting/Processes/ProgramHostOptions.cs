using Microsoft.Extensions.Logging;
using SharedSequencer.Hosting.Http;

namespace SharedSequencer.Hosting.Processes;

/// <summary>What distinguishes one program's host from another's.</summary>
public sealed record ProgramHostOptions
{
    /// <summary>A client that was quiet for so long may send what it could have sent meanwhile.</summary>
    public const int BurstSeconds = 5;

    /// <summary>For the log.</summary>
    public required string Program { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<Listener> Listeners { get; init; }

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>A request with a longer body is refused with 413; an endpoint can lower it for itself.</summary>
    public long MaximumRequestBytes { get; init; } = 1024 * 1024;

    /// <summary>Connections beyond it are closed at once.</summary>
    public long MaximumConnections { get; init; } = 2000;

    /// <summary>Of them so many for one client of a public listener; 0 sets no limit.</summary>
    public long MaximumConnectionsPerClient { get; init; }

    /// <summary>
    /// Requests that one client of the public listeners may send in a second on average; at once those of
    /// <see cref="BurstSeconds"/>. What exceeds it is answered 429. 0 sets no limit.
    /// </summary>
    public int RequestsPerSecond { get; init; }

    /// <summary>After SIGTERM the process ends within this time, and with exit code 75 if it had to be cut off.</summary>
    public TimeSpan StopDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Meters whose names start so are exported at <c>/metrics</c>.</summary>
    public IReadOnlyList<string> MeterPrefixes { get; init; } = ["SharedSequencer", "System.Runtime"];

    /// <summary>Where log lines go; standard output when null.</summary>
    public TextWriter? LogOutput { get; init; }
}
