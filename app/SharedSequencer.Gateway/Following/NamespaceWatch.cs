using Microsoft.Extensions.Logging;
using SharedSequencer.Client;
using SharedSequencer.Hosting.Processes;

namespace SharedSequencer.Gateway.Following;

/// <summary>Keeps <see cref="NamespaceView"/> fresh: quickly while something is missing, else every few seconds.</summary>
internal sealed partial class NamespaceWatch(FatalError fatal, NamespaceView view, TimeProvider clock, ILogger<NamespaceWatch> log)
    : ProgramService(fatal)
{
    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_unsettled = TimeSpan.FromMilliseconds(250);

    protected override async Task RunAsync(CancellationToken stopping)
    {
        string? told = null;
        while (true)
        {
            try
            {
                await view.RefreshAsync(stopping);
            }
            catch (Exception error) when (error is SequencerConnectionException or SequencerApiException)
            {
                LogNotAnswering(error);
            }

            var fault = view.Fault;
            if (fault != told)
            {
                if (fault is null)
                    LogReady();
                else
                    LogFault(fault);
                told = fault;
            }

            await Task.Delay(fault is null ? s_settled : s_unsettled, clock, stopping);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Transactions can be submitted")]
    private partial void LogReady();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Transactions cannot be submitted: {Fault}")]
    private partial void LogFault(string fault);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The node does not answer")]
    private partial void LogNotAnswering(Exception error);
}
