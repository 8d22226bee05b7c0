using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace SharedSequencer.Hosting.Processes;

/// <summary>
/// Ends the process when going on would be worse: a bug in consensus code, a store that failed. The report goes to the
/// log and to standard error; the exit code is 70 (EX_SOFTWARE of sysexits.h).
/// </summary>
public sealed partial class FatalError
{
    public const int ExitCode = 70;

    private readonly ILogger<FatalError> _log;
    private readonly TextWriter _error;
    private readonly Action<int> _exit;
    private int _stopped;

    public FatalError(ILogger<FatalError> log)
        : this(log, Console.Error, Environment.Exit)
    {
    }

    internal FatalError(ILogger<FatalError> log, TextWriter error, Action<int> exit)
    {
        _log = log;
        _error = error;
        _exit = exit;
    }

    /// <summary>Reports and ends the process; it does not return. Only the first call reports.</summary>
    /// <param name="what">What failed, as a sentence: "The block of height 7 could not be stored."</param>
    [DoesNotReturn]
    public void Stop(string what, Exception reason)
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 0)
        {
            LogFatal(what, reason);
            _error.WriteLine($"FATAL: {what}{Environment.NewLine}{reason}{Environment.NewLine}The process stops with exit code {ExitCode}.");
            _error.Flush();
        }

        _exit(ExitCode);
        throw new InvalidOperationException("The process is ending.", reason);
    }

    /// <summary>Reports exceptions that no code caught on any thread.</summary>
    internal void CatchUnhandled() => AppDomain.CurrentDomain.UnhandledException += (_, e) =>
        Stop("An exception was not handled.", e.ExceptionObject as Exception ?? new InvalidOperationException($"{e.ExceptionObject}"));

    [LoggerMessage(Level = LogLevel.Critical, Message = "FATAL: {What}")]
    private partial void LogFatal(string what, Exception reason);
}
