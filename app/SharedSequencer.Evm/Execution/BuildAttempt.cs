using SharedSequencer.Evm.Rpc;

namespace SharedSequencer.Evm.Execution;

/// <summary>A block of the transactions that were asked for, or why there is none.</summary>
internal readonly record struct BuildAttempt(BuiltBlock? Block, string? Refusal)
{
    /// <summary>geth's words when a transaction's gas limit is above what the block has left.</summary>
    public bool IsOutOfGas => Refusal is not null && Refusal.Contains("gas limit reached", StringComparison.Ordinal);
}
