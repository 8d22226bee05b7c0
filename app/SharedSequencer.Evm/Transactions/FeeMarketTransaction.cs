using System.Numerics;
using SharedSequencer.Cryptography;
using SharedSequencer.Evm.Rlp;

namespace SharedSequencer.Evm.Transactions;

/// <summary>An EIP-1559 transaction to be signed with a key at hand: for demonstrations and development. Amounts in wei.</summary>
public sealed record FeeMarketTransaction
{
    public required ulong ChainId { get; init; }

    public required ulong Nonce { get; init; }

    public BigInteger MaxPriorityFeePerGas { get; init; } = 1_000_000_000;

    public BigInteger MaxFeePerGas { get; init; } = 100_000_000_000;

    /// <summary>By default what a transfer costs.</summary>
    public ulong GasLimit { get; init; } = 21_000;

    /// <summary>Null creates a contract.</summary>
    public EvmAddress? To { get; init; }

    public BigInteger Value { get; init; }

    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>The raw signed transaction.</summary>
    public byte[] Sign(SecretKey key)
    {
        var fields = new RlpWriter()
            .Integer(ChainId)
            .Integer(Nonce)
            .Integer(MaxPriorityFeePerGas)
            .Integer(MaxFeePerGas)
            .Integer(GasLimit)
            .String(To is { } to ? to.Span : [])
            .Integer(Value)
            .String(Data.Span)
            .List([]);
        var hash = TransactionSignature.SigningHash(EthereumTransactionType.FeeMarket, fields.Written, ChainId);
        Span<byte> signature = stackalloc byte[EcdsaRecovery.SignatureLength];
        var parity = EcdsaRecovery.Sign(hash.Span, key, signature);
        fields.Integer((ulong)parity).String(signature[..32].TrimStart((byte)0)).String(signature[32..].TrimStart((byte)0));
        return new RlpWriter().Encoded([(byte)EthereumTransactionType.FeeMarket]).List(fields.Written).ToArray();
    }
}
