using Microsoft.Extensions.Hosting;

namespace SharedSequencer.Hosting.Processes;

/// <summary>
/// A loop that runs as long as the program does. When it throws, the process ends with a report: a program that lost one
/// of its parts must not look alive. When it returns early, the others go on.
/// </summary>
public abstract class ProgramService(FatalError fatal) : BackgroundService
{
    /// <summary>The loop. It ends when <paramref name="stopping"/> is cancelled.</summary>
    protected abstract Task RunAsync(CancellationToken stopping);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The normal end.
        }
        catch (Exception error)
        {
            fatal.Stop($"{GetType().Name} failed.", error);
        }
    }
}
