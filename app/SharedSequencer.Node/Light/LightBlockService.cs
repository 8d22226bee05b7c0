using Microsoft.Extensions.Logging;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.Hosting.Processes;
using SharedSequencer.Node.Chain;
using SharedSequencer.Primitives;
using SharedSequencer.Storage;
using SharedSequencer.Storage.Reading;

namespace SharedSequencer.Node.Light;

/// <summary>
/// Follows the commits and fetches each height's header, commit and validator set from this node's own CometBFT: ABCI
/// gives the application no header and no signatures. What was missed while the node was down is fetched at start.
/// Runs beside the ABCI calls, never inside one: CometBFT would wait for itself.
/// </summary>
public sealed partial class LightBlockService(
    ChainReader reader, LightBlockStore store, LightBlockFetcher fetcher, ChainFeed feed, FatalError fatal, ILogger<LightBlockService> log)
    : ProgramService(fatal)
{
    private const int BatchHeights = 64;
    private const int Concurrency = 8;

    /// <summary>CometBFT shows a height a moment after Commit returned.</summary>
    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(2);

    private static readonly TimeSpan s_firstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_lastRetry = TimeSpan.FromSeconds(5);

    private long _done;
    private string? _fault;

    /// <summary>Why light blocks do not arrive, or null while they do.</summary>
    public string? Fault => Volatile.Read(ref _fault);

    protected override async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            var committed = feed.Committed.Next;
            var missing = reader.Query(chain => chain.HeightsWithoutLight(_done + 1, BatchHeights)
                .Select(height => (Height: height, chain.Summary(height)!.Hash)).ToList());
            if (missing.Count == 0)
            {
                await committed.WaitAsync(stopping);
                continue;
            }

            await Parallel.ForEachAsync(
                missing,
                new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = stopping },
                async (block, cancellation) => await FetchAsync(block.Height, block.Hash, cancellation));

            // Those that are gone for ever stay missing: do not come back to them.
            _done = missing[^1].Height;
        }
    }

    private async Task FetchAsync(long height, Hash256 hash, CancellationToken stopping)
    {
        var wait = s_soon;
        while (true)
        {
            try
            {
                var block = await fetcher.FetchAsync(height, hash, stopping);
                store.Save(height, block.ToProto());
                Report(height, null);
                feed.LightStored.Raise();
                return;
            }
            catch (CometRpcException error) when (error.Failure == CometRpcFailure.HeightPruned)
            {
                LogPruned(height, error.Message);
                return;
            }
            catch (CometRpcException error)
            {
                var isSoon = error.Failure is CometRpcFailure.HeightAhead or CometRpcFailure.NotFound && wait < s_firstRetry;
                if (!isSoon)
                {
                    wait = wait < s_firstRetry ? s_firstRetry : wait;
                    Report(height, error.Message);
                }

                await Task.Delay(wait, stopping);
                wait = wait * 2 < s_lastRetry ? wait * 2 : s_lastRetry;
            }
        }
    }

    /// <summary>Keeps the newest fault for the readiness check; the log hears of its beginning and its end.</summary>
    private void Report(long height, string? fault)
    {
        var before = Interlocked.Exchange(ref _fault, fault);
        if (fault is not null && before is null)
            LogFault(height, fault);
        else if (fault is null && before is not null)
            LogRecovered(height);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The header and commit of height {Height} cannot be had, and are asked for again: {Fault}")]
    private partial void LogFault(long height, string fault);

    [LoggerMessage(Level = LogLevel.Information, Message = "Headers and commits arrive again, from height {Height} on")]
    private partial void LogRecovered(long height);

    [LoggerMessage(Level = LogLevel.Warning, Message = "CometBFT has pruned height {Height}: its slices can be served, but not proven. {Message}")]
    private partial void LogPruned(long height, string message);
}
