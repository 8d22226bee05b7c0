using SharedSequencer.Cryptography;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine;

namespace SharedSequencer.Bench.Load;

/// <summary>A chain on which the accounts of the load have all the coins that they can need.</summary>
internal static class LoadGenesis
{
    public const string ChainId = "bench-chain";

    /// <summary>Enough for any base fee that a full chain reaches within a bench.</summary>
    public const ulong MaximumFeePerByte = 100_000;

    /// <summary>The namespace that load is submitted to; <see cref="Register"/> makes it.</summary>
    public const string Namespace = "bench";

    private const ulong Balance = 10_000_000_000_000;

    public static GenesisState Of(IEnumerable<SecretKey> keys, BlockTime time) => new()
    {
        ChainId = ChainId,
        Time = time,
        Parameters = new ChainParameters(),
        Accounts = [.. keys.Select(k => new KeyValuePair<AccountId, ulong>(k.PublicKey, Balance))],
    };

    /// <summary>The transaction that registers the load's namespace, the sender's first.</summary>
    public static SignedTransaction Register(SecretKey owner, long expiry) => SignedTransaction.Sign(
        Body(0, expiry, new RegisterNamespace(Namespace, new NamespaceSettings(), new ChainParameters().MinimumNamespaceDeposit)), owner);

    public static TransactionBody Body(ulong nonce, long expiry, params TransactionAction[] actions) => new()
    {
        ChainId = ChainId,
        Nonce = nonce,
        MaxFeePerByte = MaximumFeePerByte,
        TipPerByte = 1,
        ExpiryTime = expiry,
        Actions = actions,
    };
}
