using Microsoft.Extensions.Logging;
using SharedSequencer.Hosting.Http;

namespace SharedSequencer.Hosting.Processes;

/// <summary>What distinguishes one program's host from another's.</summary>
public sealed record ProgramHostOptions
{
    /// <summary>For the log.</summary>
    public required string Program { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<Listener> Listeners { get; init; }

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>A request with a longer body is refused with 413; an endpoint can lower it for itself.</summary>
    public long MaximumRequestBytes { get; init; } = 1024 * 1024;

    /// <summary>Connections beyond it are closed at once.</summary>
    public long MaximumConnections { get; init; } = 2000;

    /// <summary>After SIGTERM the process ends within this time, and with exit code 75 if it had to be cut off.</summary>
    public TimeSpan StopDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Meters whose names start so are exported at <c>/metrics</c>.</summary>
    public IReadOnlyList<string> MeterPrefixes { get; init; } = ["SharedSequencer", "System.Runtime"];

    /// <summary>Where log lines go; standard output when null.</summary>
    public TextWriter? LogOutput { get; init; }
}
