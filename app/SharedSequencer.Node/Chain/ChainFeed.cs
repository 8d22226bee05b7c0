using Microsoft.Extensions.Logging;
using SharedSequencer.Application.Ports;
using SharedSequencer.Node.Metrics;
using SharedSequencer.Node.Transactions;
using SharedSequencer.Primitives;

namespace SharedSequencer.Node.Chain;

/// <summary>
/// Where the application tells what happened. It only wakes followers, which then read the store: a slow one costs no
/// memory and holds up nobody.
/// </summary>
public sealed partial class ChainFeed(EndedTransactions ended, NodeMetrics metrics, ILogger<ChainFeed> log) : IChainObserver
{
    private long _commits;

    /// <summary>A block was committed.</summary>
    public Signal Committed { get; } = new();

    /// <summary>How many blocks were committed since the start, counted before <see cref="Committed"/> is raised.</summary>
    public long Commits => Volatile.Read(ref _commits);

    /// <summary>A light block was stored.</summary>
    public Signal LightStored { get; } = new();

    /// <summary>A transaction entered or left the pool.</summary>
    public Signal PoolChanged { get; } = new();

    /// <summary>A transaction that waited for a nonce can run.</summary>
    public Signal Promoted { get; } = new();

    /// <summary>An anchor was reported, grew or was lost.</summary>
    public Signal AnchorsChanged { get; } = new();

    void IChainObserver.Committed(CommittedBlock block)
    {
        var context = block.Execution.Context;
        metrics.BlockCommitted(block.Execution.Transactions.Count);
        if (block.Execution.Transactions.Count > 0)
            LogCommitted(context.Height, block.Execution.Transactions.Count, block.Hash);
        Interlocked.Increment(ref _commits);
        Committed.Raise();
    }

    void IChainObserver.Received(Hash256 id)
    {
        ended.Forget(id);
        PoolChanged.Raise();
    }

    void IChainObserver.Promoted(Hash256 id)
    {
        Promoted.Raise();
        PoolChanged.Raise();
    }

    void IChainObserver.Ended(Hash256 id, PoolEnding ending)
    {
        ended.Add(id, ending);
        PoolChanged.Raise();
    }

    void IChainObserver.ProposalRejected(long height, string reason) => LogRejected(height, reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Block {Height} committed with {Count} transactions, hash {Hash}")]
    private partial void LogCommitted(long height, int count, Hash256 hash);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A proposal for height {Height} was rejected: {Reason}")]
    private partial void LogRejected(long height, string reason);
}
