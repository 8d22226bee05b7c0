using SharedSequencer.Cryptography;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.State;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.RandomChain;

/// <summary>Accounts with coins, and transactions of theirs: mostly good ones, by a seed.</summary>
public sealed class RandomWorld
{
    /// <summary>The chain's id.</summary>
    public const string ChainId = "random-chain";

    private static readonly string[] s_names = ["alpha", "beta", "gamma-3", "istanbul", "title-case", "zzz"];

    private readonly Random _random;
    private readonly SecretKey[] _keys;

    public RandomWorld(int seed, int accounts = 8)
    {
        _random = new Random(seed);
        _keys = new SecretKey[accounts];
        for (var i = 0; i < accounts; i++)
            _keys[i] = SecretKey.From(Hash256.Of(BitConverter.GetBytes(((long)seed << 8) + i)).Span);
        Genesis = new GenesisState
        {
            ChainId = ChainId,
            Time = new BlockTime(1_700_000_000, 0),
            Parameters = new ChainParameters
            {
                MinimumNamespaceDeposit = 1000,

                // Low targets, so that prices move within a few blocks.
                ChainFeeRate = new FeeRate(900, 6_000),
                NamespaceFeeRate = new FeeRate(150, 1_500),
            },
            Accounts = [.. _keys.Select((key, i) => new KeyValuePair<AccountId, ulong>(key.PublicKey, 50_000_000UL + (ulong)i))],
        };
    }

    public GenesisState Genesis { get; }

    public Random Random => _random;

    public IReadOnlyList<SecretKey> Keys => _keys;

    /// <summary>A transaction that fits the state as it is, except that one in <paramref name="oddsOfBad"/> has a fault.</summary>
    public SignedTransaction NextTransaction(IStateView state, BlockTime time, int oddsOfBad = int.MaxValue)
    {
        var key = _keys[_random.Next(_keys.Length)];
        var body = new TransactionBody
        {
            ChainId = ChainId,
            Nonce = state.Account(key.PublicKey).Nonce,
            MaxFeePerByte = (ulong)_random.Next(20, 60),
            TipPerByte = (ulong)_random.Next(0, 10),
            ExpiryTime = time.Seconds + _random.Next(1, 3600),
            Actions = [.. Enumerable.Range(0, _random.Next(1, 5)).Select(_ => NextAction(state, key.PublicKey))],
        };
        if (_random.Next(oddsOfBad) == 0)
            body = Spoil(body, time);
        return SignedTransaction.Sign(body, key);
    }

    private TransactionBody Spoil(TransactionBody body, BlockTime time) => _random.Next(6) switch
    {
        0 => body with { ChainId = "other-chain" },
        1 => body with { Nonce = body.Nonce + (ulong)_random.Next(1, 3) },
        2 => body with { Nonce = body.Nonce == 0 ? 1 : body.Nonce - 1 },
        3 => body with { MaxFeePerByte = 0 },
        4 => body with { ExpiryTime = time.Seconds },
        _ => body with { Actions = [new Transfer(_keys[0].PublicKey, ulong.MaxValue)] },
    };

    private TransactionAction NextAction(IStateView state, AccountId sender)
    {
        List<NamespaceRecord> known = [];
        foreach (var name in s_names)
        {
            if (state.Namespace(NamespaceId.OfName(name)) is { } record)
                known.Add(record);
        }

        List<NamespaceRecord> writable = [.. known.Where(r => r.Allows(sender))];
        var own = known.Find(r => r.Owner == sender);
        var dice = _random.Next(10);
        if (dice < 6 && writable.Count > 0)
            return new SubmitData(writable[_random.Next(writable.Count)].Id, Payload());
        if (dice == 6 && known.Count < s_names.Length && state.Account(sender).Balance > 100_000)
            return new RegisterNamespace(s_names.First(n => known.TrueForAll(r => r.Name != n)), Settings(sender), 1000 + (ulong)_random.Next(500));
        if (dice == 7 && own is not null)
        {
            return new UpdateNamespace(own.Id, Settings(sender), 1000 + (ulong)_random.Next(500), _random.Next(3) == 0 ? Anyone() : null);
        }

        return new Transfer(Anyone(), (ulong)_random.Next(1, 10_000));
    }

    private NamespaceSettings Settings(AccountId owner) => new()
    {
        Writers = _random.Next(3) == 0 ? [.. new[] { owner, Anyone() }.Distinct().Order()] : null,
        FeeRecipient = _random.Next(2) == 0 ? Anyone() : null,
        SurchargePerByte = (ulong)_random.Next(0, 3),
        MaxBytesPerBlock = _random.Next(2) == 0 ? 0UL : (ulong)_random.Next(400, 2000),
        DataMode = _random.Next(2) == 0 ? DataMode.Full : DataMode.Commitment,
    };

    private AccountId Anyone() => _random.Next(10) == 0
        ? AccountId.From(Hash256.Of(BitConverter.GetBytes(_random.Next())).Span)
        : _keys[_random.Next(_keys.Length)].PublicKey;

    private byte[] Payload()
    {
        var payload = new byte[_random.Next(1, 300)];
        _random.NextBytes(payload);
        return payload;
    }
}
