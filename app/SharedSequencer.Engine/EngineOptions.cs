using System.Net;

namespace SharedSequencer.Engine;

/// <summary>How an engine runs.</summary>
public sealed record EngineOptions
{
    public required EngineHome Home { get; init; }

    /// <summary>Where the application's ABCI server listens.</summary>
    public required EndPoint Application { get; init; }

    /// <summary>Where the RPC is served: <c>http://host:port</c>, <c>tcp://host:port</c> or <c>unix:///path</c>.</summary>
    public required string Rpc { get; init; }

    /// <summary>How long an empty mempool is waited for before an empty block is made.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gives the times of votes, and with them of blocks.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Transactions that the mempool holds at most: more than the application's own pool.</summary>
    public int MempoolCount { get; init; } = 100_000;

    /// <summary>Bytes that the mempool holds at most.</summary>
    public long MempoolBytes { get; init; } = 1L << 30;

    /// <summary>Bytes of one transaction at most.</summary>
    public int MaximumTransactionBytes { get; init; } = 512 * 1024;

    /// <summary>Told of each point of a block's making that is reached, with its height: for tests, which may end the engine there.</summary>
    internal Action<EnginePoint, long>? Reached { get; init; }
}

/// <summary>Points of a block's making between which a process can end.</summary>
internal enum EnginePoint
{
    Proposed,
    ProposalSaved,
    Signed,
    BlockSaved,
    Finalized,
    ResultsSaved,
    Committed,
    StateSaved,
}
