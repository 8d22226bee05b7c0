namespace SharedSequencer.Application;

/// <summary>Bounds of this node alone: they do not decide what is valid.</summary>
public sealed record ApplicationOptions
{
    /// <summary>Transactions that the pool holds, the waiting ones among them.</summary>
    public int PoolCount { get; init; } = 100_000;

    /// <summary>Bytes of transactions that the pool holds.</summary>
    public long PoolBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Transactions of one account that can run.</summary>
    public int PoolCountPerAccount { get; init; } = 5_000;

    /// <summary>Bytes of one account's transactions that can run.</summary>
    public long PoolBytesPerAccount { get; init; } = 64L * 1024 * 1024;

    /// <summary>Transactions that wait for an earlier nonce.</summary>
    public int ParkedCount { get; init; } = 25_000;

    /// <summary>Bytes of transactions that wait for an earlier nonce.</summary>
    public long ParkedBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Waiting transactions of one account.</summary>
    public int ParkedCountPerAccount { get; init; } = 1_024;

    /// <summary>Bytes of one account's waiting transactions.</summary>
    public long ParkedBytesPerAccount { get; init; } = 8L * 1024 * 1024;

    /// <summary>How long a transaction may wait for an earlier nonce, in seconds of block time.</summary>
    public long ParkedSeconds { get; init; } = 300;

    /// <summary>
    /// The part of pool and block that namespaces are guaranteed by their deposits, in percent; the rest goes by tip.
    /// </summary>
    public int GuaranteedPercent { get; init; } = 50;

    /// <summary>
    /// CometBFT has no mempool of its own (v0.40, <c>mempool.type = "app"</c>): it gossips what ReapTxs hands out.
    /// Otherwise (v0.38) what becomes able to run is handed out to be broadcast.
    /// </summary>
    public bool AppMempool { get; init; }

    /// <summary>
    /// With the app-side mempool: ReapTxs hands out what peers sent, too. Needed where not every validator is
    /// connected to every other.
    /// </summary>
    public bool GossipOfPeers { get; init; }

    /// <summary>Executed proposals kept until one of them is decided. CometBFT asks for one a round.</summary>
    public int Proposals { get; init; } = 4;
}
