using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace SharedSequencer.Evm.Transactions;

/// <summary>
/// A signed Ethereum transaction that is valid as far as its bytes alone tell: canonical, of a known type, for the right chain,
/// with a sound signature and enough gas for its own envelope. Amounts are in wei.
/// </summary>
public sealed record EthereumTransaction
{
    internal EthereumTransaction()
    {
    }

    public required EthereumTransactionType Type { get; init; }

    /// <summary>The bytes as they were signed and sent: EIP-2718's envelope.</summary>
    public required ReadOnlyMemory<byte> Raw { get; init; }

    /// <summary>Keccak-256 of <see cref="Raw"/>.</summary>
    public required EvmHash Hash { get; init; }

    /// <summary>The account whose key signed.</summary>
    public required EvmAddress Sender { get; init; }

    /// <summary>Null for a legacy transaction from before EIP-155, which any chain takes.</summary>
    public required ulong? ChainId { get; init; }

    public required ulong Nonce { get; init; }

    public required ulong GasLimit { get; init; }

    /// <summary>The most that the sender pays per gas; the gas price of the older types.</summary>
    public required BigInteger MaxFeePerGas { get; init; }

    /// <summary>The most that goes to the fee recipient per gas; the gas price of the older types.</summary>
    public required BigInteger MaxPriorityFeePerGas { get; init; }

    /// <summary>Null when a contract is created.</summary>
    public required EvmAddress? To { get; init; }

    public required BigInteger Value { get; init; }

    /// <summary>The call's data, or the code that creates the contract.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }

    public required IReadOnlyList<AccessListEntry> AccessList { get; init; }

    /// <summary>Gas that is spent before the first instruction.</summary>
    public required ulong IntrinsicGas { get; init; }

    /// <summary>What the sender must own for the transaction to be valid: value and all its gas at the cap.</summary>
    public BigInteger MaxCost => Value + (GasLimit * MaxFeePerGas);

    /// <summary>What is paid per gas in a block with this base fee (EIP-1559). Meaningful when the cap is not below it.</summary>
    public BigInteger EffectiveGasPrice(BigInteger baseFee) => BigInteger.Min(MaxFeePerGas, baseFee + MaxPriorityFeePerGas);

    /// <summary>Decodes and checks one raw transaction, whoever sent it. Never throws on its bytes.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> raw,
        TransactionRules rules,
        [NotNullWhen(true)] out EthereumTransaction? transaction,
        [NotNullWhen(false)] out DroppedBecause? reason)
    {
        reason = EthereumTransactionDecoder.Decode(raw, rules, out transaction);
        return reason is null;
    }

    public bool Equals(EthereumTransaction? other) => other is not null && Hash == other.Hash;

    public override int GetHashCode() => Hash.GetHashCode();
}
