using Microsoft.Extensions.Logging;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.Hosting.Processes;
using SharedSequencer.Node.Chain;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Node.Transactions;

/// <summary>
/// Hands CometBFT's mempool (v0.38) what it refused with a nonce gap, once it can run: only then is it gossiped, and
/// only then does it wake consensus. The pool itself keeps the list, so nothing is lost and nothing grows without
/// bound. Never inside an ABCI call: CometBFT would wait for itself.
/// </summary>
public sealed partial class PromotionService(ChainSource chain, ChainFeed feed, CometRpcClient rpc, FatalError fatal, ILogger<PromotionService> log)
    : ProgramService(fatal)
{
    private const int BatchCount = 256;
    private const int Concurrency = 4;

    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// CometBFT may take the promoted bytes for known, because it has not yet digested the refusal of before: it is
    /// asked again after these times. Were they in its mempool by then, asking costs nothing.
    /// </summary>
    private static readonly TimeSpan[] s_askAgain = [TimeSpan.FromMilliseconds(30), TimeSpan.FromMilliseconds(500)];

    private bool _isFailing;

    protected override async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            var promoted = feed.Promoted.Next;
            var batch = chain.TakePromoted(BatchCount);
            if (batch.Count == 0)
            {
                await promoted.WaitAsync(stopping);
                continue;
            }

            await Parallel.ForEachAsync(
                batch,
                new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = stopping },
                BroadcastAsync);
        }
    }

    private async ValueTask BroadcastAsync(SignedTransaction transaction, CancellationToken stopping)
    {
        foreach (var wait in s_askAgain)
        {
            if (await TryAsync(transaction, stopping) is not BroadcastOutcome.AlreadyInCache)
                return;
            await Task.Delay(wait, stopping);
        }

        await TryAsync(transaction, stopping);
    }

    /// <summary>Null when it has to be handed out again.</summary>
    private async Task<BroadcastOutcome?> TryAsync(SignedTransaction transaction, CancellationToken stopping)
    {
        try
        {
            var answer = await rpc.BroadcastAsync(transaction.Raw, stopping);
            if (_isFailing)
                LogRecovered();
            _isFailing = false;
            if (answer.Outcome != BroadcastOutcome.MempoolFull)
                return answer.Outcome;
        }
        catch (CometRpcException error)
        {
            if (!_isFailing)
                LogFault(error.Message);
            _isFailing = true;
        }

        chain.PromoteAgain(transaction.Id);
        await Task.Delay(s_retry, stopping);
        return null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What waited for a nonce cannot be handed to CometBFT, and is tried again: {Fault}")]
    private partial void LogFault(string fault);

    [LoggerMessage(Level = LogLevel.Information, Message = "What waits for a nonce is handed to CometBFT again")]
    private partial void LogRecovered();
}
