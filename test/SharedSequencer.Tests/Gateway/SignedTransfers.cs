using System.Numerics;
using SharedSequencer.Cryptography;
using SharedSequencer.Evm;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Evm.Transactions;

namespace SharedSequencer.Tests.Gateway;

/// <summary>Signed Ethereum transfers of a few accounts, on chain 777.</summary>
internal static class SignedTransfers
{
    public static readonly TransactionRules Rules = new(777, 128 * 1024, 30_000_000);

    /// <summary>Enough for every transfer made here.</summary>
    public static EvmAccount Rich(ulong nonce) => new(nonce, BigInteger.Pow(10, 24));

    public static SecretKey Key(int account)
    {
        var bytes = new byte[32];
        BitConverter.TryWriteBytes(bytes, account + 1);
        return SecretKey.From(bytes);
    }

    public static EvmAddress Address(int account) => EvmAddress.Of(Key(account));

    public static EthereumTransaction Transfer(int account, ulong nonce, int value = 1, int dataBytes = 0)
    {
        var raw = new FeeMarketTransaction
        {
            ChainId = Rules.ChainId,
            Nonce = nonce,
            To = Address(99),
            Value = value,
            GasLimit = 21_000 + (16UL * (ulong)dataBytes),
            Data = Enumerable.Repeat((byte)1, dataBytes).ToArray(),
        }.Sign(Key(account));
        return EthereumTransaction.TryDecode(raw, Rules, out var transaction, out var fault)
            ? transaction
            : throw new InvalidOperationException($"{fault}");
    }
}
