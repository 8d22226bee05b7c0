using SharedSequencer.Evm.Transactions;
using SharedSequencer.Primitives;

namespace SharedSequencer.Evm.Blocks;

/// <summary>
/// The rules by which a namespace's slices become one EVM chain. Every value is part of the blocks' hashes or decides which
/// transactions are in them: whoever replays the chain must use the same ones, for the chain's whole life.
/// </summary>
public sealed record EvmRollupRules
{
    /// <summary>The namespace whose slices are executed.</summary>
    public required NamespaceId Namespace { get; init; }

    /// <summary>The EVM chain's id (EIP-155).</summary>
    public required ulong ChainId { get; init; }

    /// <summary>Gas of every block: the genesis and geth's --miner.gaslimit must say the same.</summary>
    public ulong BlockGasLimit { get; init; } = 30_000_000;

    /// <summary>Bytes of one raw transaction: what wallets and geth's own pool keep to.</summary>
    public int MaxTransactionBytes { get; init; } = 128 * 1024;

    /// <summary>Bytes of all raw transactions of one block. In hex and with the rest they must fit geth's 5 MiB for one request.</summary>
    public int MaxBlockBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>Who gets the priority fees; nobody by default.</summary>
    public EvmAddress FeeRecipient { get; init; }

    internal TransactionRules TransactionRules => new(ChainId, MaxTransactionBytes, BlockGasLimit);
}
