namespace SharedSequencer.Evm.Execution;

/// <summary>What an executor may be told beside the chain's rules.</summary>
public sealed record EvmExecutorOptions
{
    /// <summary>
    /// What the caller stored as the hash of the block that ends with a slice, or null when it stored none. A block that comes out
    /// otherwise halts the executor before its head moves.
    /// </summary>
    public Func<ulong, string?> KnownBlockHash { get; init; } = static _ => null;
}
