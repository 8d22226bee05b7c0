namespace SharedSequencer.Application;

/// <summary>Bounds of this node alone: they do not decide what is valid.</summary>
public sealed record ApplicationOptions
{
    /// <summary>Transactions that the pool holds.</summary>
    public int PoolCount { get; init; } = 100_000;

    /// <summary>Bytes of transactions that the pool holds.</summary>
    public long PoolBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Transactions of one account that the pool holds.</summary>
    public int PoolCountPerAccount { get; init; } = 5_000;

    /// <summary>Executed proposals kept until one of them is decided. CometBFT asks for one a round.</summary>
    public int Proposals { get; init; } = 4;
}
