using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Sequencer.V1;
using SharedSequencer.Cryptography;
using SharedSequencer.StateMachine;

namespace SharedSequencer.Tests.StateMachine;

/// <summary>
/// The definition of a valid block a second time, as plainly as it can be said: protobuf's own codec, big integers,
/// maps by text, trees by recursion. It shares no code with what it judges but the signature check.
/// </summary>
internal sealed class NaiveLedger
{
    private static readonly byte[] s_tag = SHA256.HashData(Encoding.UTF8.GetBytes("sharedsequencer/tx/v1"));

    private readonly string _chainId;
    private readonly ulong _baseFee;
    private readonly ulong _lifetime;
    private readonly ulong _minimumDeposit;
    private readonly SharedSequencer.Protocol.State.FeeRate _chainRate;
    private readonly SharedSequencer.Protocol.State.FeeRate _namespaceRate;
    private readonly Dictionary<string, (BigInteger Excess, BigInteger Nanoseconds)> _meters = [];
    private readonly Dictionary<string, (BigInteger Balance, BigInteger Nonce)> _accounts = [];
    private readonly Dictionary<string, (string Name, string Owner, NamespaceSettings Settings, BigInteger Deposit)> _namespaces = [];

    public NaiveLedger(GenesisState genesis)
    {
        _chainId = genesis.ChainId;
        _baseFee = genesis.Parameters.BaseFeePerByte;
        _lifetime = genesis.Parameters.MaxTransactionLifetime;
        _minimumDeposit = genesis.Parameters.MinimumNamespaceDeposit;
        _chainRate = genesis.Parameters.ChainFeeRate;
        _namespaceRate = genesis.Parameters.NamespaceFeeRate;
        foreach (var (id, balance) in genesis.Accounts)
            _accounts[Convert.ToHexString(id.Span)] = (balance, 0);
    }

    private NaiveLedger(NaiveLedger other)
    {
        (_chainId, _baseFee, _lifetime, _minimumDeposit) = (other._chainId, other._baseFee, other._lifetime, other._minimumDeposit);
        _accounts = new(other._accounts);
        _namespaces = new(other._namespaces);
        (_chainRate, _namespaceRate, _meters) = (other._chainRate, other._namespaceRate, new(other._meters));
    }

    /// <summary>The ledger after the block, or null when the block is not valid.</summary>
    public NaiveLedger? After(IReadOnlyList<byte[]> items, long height, long seconds, int nanoseconds)
    {
        var now = ((BigInteger)seconds * 1_000_000_000) + nanoseconds;
        if (items.Count == 0)
            return new NaiveLedger(this);
        if (items.Count == 1)
            return null;

        var next = new NaiveLedger(this);
        var used = new Dictionary<string, BigInteger>();
        List<(byte[] Namespace, byte[] Leaf)> leaves = [];
        ulong payloadBytes = 0;
        for (var i = 1; i < items.Count; i++)
        {
            var transaction = Decode(items[i]);
            if (transaction is null || !next.Run(transaction.Value.Signed, transaction.Value.Body, items[i].Length, seconds, now, used))
                return null;
            payloadBytes += AddLeaves(leaves, transaction.Value.Signed, transaction.Value.Body, i);
        }

        next.Meter("chain", items.Skip(1).Sum(i => i.Length), now, _chainRate);
        foreach (var (id, bytes) in used)
            next.Meter(id, bytes, now, _namespaceRate);

        return PreambleOf(leaves, payloadBytes, height).AsSpan().SequenceEqual(items[0]) ? next : null;
    }

    /// <summary>The preamble that fits the transactions behind item 0, valid or not; null when one is no transaction.</summary>
    public static byte[]? PreambleFor(IReadOnlyList<byte[]> items, long height)
    {
        List<(byte[] Namespace, byte[] Leaf)> leaves = [];
        ulong payloadBytes = 0;
        for (var i = 1; i < items.Count; i++)
        {
            if (Decode(items[i]) is not { } transaction)
                return null;
            payloadBytes += AddLeaves(leaves, transaction.Signed, transaction.Body, i);
        }

        return PreambleOf(leaves, payloadBytes, height);
    }

    private static ulong AddLeaves(List<(byte[] Namespace, byte[] Leaf)> leaves, SignedTransaction signed, TransactionBody body, int index)
    {
        ulong payloadBytes = 0;
        for (var a = 0; a < body.Actions.Count; a++)
        {
            if (body.Actions[a].SubmitData is not { } data)
                continue;
            leaves.Add((data.Namespace.ToByteArray(), [.. UInt32(index), .. UInt32(a), .. signed.PublicKey, .. data.Payload]));
            payloadBytes += (ulong)data.Payload.Length;
        }

        return payloadBytes;
    }

    private static byte[] PreambleOf(List<(byte[] Namespace, byte[] Leaf)> leaves, ulong payloadBytes, long height) => new Preamble
    {
        Version = 1,
        Height = height,
        NamespaceRoot = ByteString.CopyFrom(Root([.. leaves.OrderBy(l => Convert.ToHexString(l.Namespace), StringComparer.Ordinal)])),
        EntryCount = (uint)leaves.Count,
        PayloadBytes = payloadBytes,
    }.ToByteArray();

    private static (SignedTransaction Signed, TransactionBody Body)? Decode(byte[] raw)
    {
        if (raw.Length > 512 * 1024)
            return null;
        try
        {
            var signed = SignedTransaction.Parser.WithDiscardUnknownFields(true).ParseFrom(raw);
            var body = TransactionBody.Parser.WithDiscardUnknownFields(true).ParseFrom(signed.Body);
            var canonical = signed.ToByteArray().AsSpan().SequenceEqual(raw) && body.ToByteString() == signed.Body;
            return canonical && WellFormed(signed, body) ? (signed, body) : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static bool WellFormed(SignedTransaction signed, TransactionBody body)
    {
        if (signed.PublicKey.Length != 32 || signed.Signature.Length != 64 || signed.Body.Length == 0)
            return false;
        if (body.ChainId.Length is < 1 or > 50 || body.ExpiryTime <= 0 || body.Actions.Count is < 1 or > 256)
            return false;
        var digest = SHA256.HashData([.. s_tag, .. s_tag, .. signed.Body]);
        return body.Actions.All(WellFormed) && Schnorr.Verify(signed.PublicKey.Span, digest, signed.Signature.Span);
    }

    private static bool WellFormed(Sequencer.V1.Action action) => action.KindCase switch
    {
        Sequencer.V1.Action.KindOneofCase.SubmitData => action.SubmitData.Namespace.Length == 8 && action.SubmitData.Payload.Length > 0,
        Sequencer.V1.Action.KindOneofCase.Transfer => action.Transfer.Recipient.Length == 32 && action.Transfer.Amount > 0,
        Sequencer.V1.Action.KindOneofCase.RegisterNamespace =>
            action.RegisterNamespace.Name.Length is >= 3 and <= 32
            && action.RegisterNamespace.Name.All(c => "abcdefghijklmnopqrstuvwxyz0123456789-".Contains(c, StringComparison.Ordinal))
            && WellFormed(action.RegisterNamespace.Settings),
        Sequencer.V1.Action.KindOneofCase.UpdateNamespace =>
            action.UpdateNamespace.Namespace.Length == 8
            && action.UpdateNamespace.NewOwner.Length is 0 or 32
            && WellFormed(action.UpdateNamespace.Settings),
        _ => false,
    };

    private static bool WellFormed(NamespaceSettings? settings)
    {
        if (settings is null || (int)settings.DataMode is < 0 or > 1)
            return false;
        var writers = settings.Writers.Select(w => Convert.ToHexString(w.Span)).ToList();
        return writers.TrueForAll(w => w.Length == 64)
            && writers.Count <= 256
            && (settings.Restricted || writers.Count == 0)
            && writers.SequenceEqual(writers.Distinct().Order(StringComparer.Ordinal))
            && (settings.FeeRecipient.IsEmpty || settings.FeeRecipient.Length == 32);
    }

    private bool Run(
        SignedTransaction signed, TransactionBody body, int size, long seconds, BigInteger now, Dictionary<string, BigInteger> used)
    {
        var sender = Hex(signed.PublicKey);
        if (body.ChainId != _chainId || body.ExpiryTime <= seconds || (ulong)(body.ExpiryTime - seconds) > _lifetime)
            return false;
        if (Account(sender).Nonce != body.Nonce)
            return false;

        BigInteger surcharges = 0;
        var fees = Price("chain", now, _chainRate) * size;
        foreach (var data in body.Actions.Where(a => a.SubmitData is not null).Select(a => a.SubmitData))
        {
            if (!_namespaces.TryGetValue(Hex(data.Namespace), out var record))
                return false;
            if (record.Settings.Restricted && !record.Settings.Writers.Any(w => Hex(w) == sender))
                return false;
            surcharges += (BigInteger)record.Settings.SurchargePerByte * data.Payload.Length;
            fees += (Price(Hex(data.Namespace), now, _namespaceRate) - _baseFee) * data.Payload.Length;
            var bytes = used.GetValueOrDefault(Hex(data.Namespace)) + data.Payload.Length;
            used[Hex(data.Namespace)] = bytes;
            if (record.Settings.MaxBytesPerBlock > 0 && bytes > record.Settings.MaxBytesPerBlock)
                return false;
        }

        var cap = (BigInteger)body.MaxFeePerByte * size;
        var required = fees + surcharges;
        if (required > cap)
            return false;
        var tip = BigInteger.Min((BigInteger)body.TipPerByte * size, cap - required);
        if (!Add(sender, -(required + tip)))
            return false;
        _accounts[sender] = (Account(sender).Balance, Account(sender).Nonce + 1);
        foreach (var data in body.Actions.Where(a => a.SubmitData is not null).Select(a => a.SubmitData))
        {
            var record = _namespaces[Hex(data.Namespace)];
            var recipient = !record.Settings.FeeRecipient.IsEmpty ? Hex(record.Settings.FeeRecipient) : record.Owner;
            Add(recipient, (BigInteger)record.Settings.SurchargePerByte * data.Payload.Length);
        }

        return body.Actions.All(action => Run(action, sender));
    }

    private bool Run(Sequencer.V1.Action action, string sender)
    {
        switch (action.KindCase)
        {
            case Sequencer.V1.Action.KindOneofCase.Transfer:
                return Add(sender, -(BigInteger)action.Transfer.Amount) && Add(Hex(action.Transfer.Recipient), action.Transfer.Amount);
            case Sequencer.V1.Action.KindOneofCase.RegisterNamespace:
                var register = action.RegisterNamespace;
                var id = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes("sharedsequencer/namespace/v1" + register.Name)))[..16];
                return register.Deposit >= _minimumDeposit
                    && Add(sender, -(BigInteger)register.Deposit)
                    && _namespaces.TryAdd(id, (register.Name, sender, register.Settings, register.Deposit));
            case Sequencer.V1.Action.KindOneofCase.UpdateNamespace:
                var update = action.UpdateNamespace;
                if (!_namespaces.TryGetValue(Hex(update.Namespace), out var record) || record.Owner != sender || update.Deposit < _minimumDeposit)
                    return false;
                if (!Add(sender, record.Deposit - update.Deposit))
                    return false;
                var owner = update.NewOwner.IsEmpty ? record.Owner : Hex(update.NewOwner);
                _namespaces[Hex(update.Namespace)] = (record.Name, owner, update.Settings, update.Deposit);
                return true;
            default:
                return true;
        }
    }

    private BigInteger Excess(string meter, BigInteger now, SharedSequencer.Protocol.State.FeeRate rate)
    {
        var (excess, time) = _meters.GetValueOrDefault(meter);
        return now <= time ? excess : BigInteger.Max(0, excess - ((now - time) * rate.TargetBytesPerSecond / 1_000_000_000));
    }

    private void Meter(string meter, BigInteger bytes, BigInteger now, SharedSequencer.Protocol.State.FeeRate rate) => _meters[meter] = (
        BigInteger.Min(Excess(meter, now, rate) + bytes, (BigInteger)rate.UpdateBytes * 20),
        BigInteger.Max(now, _meters.GetValueOrDefault(meter).Nanoseconds));

    private BigInteger Price(string meter, BigInteger now, SharedSequencer.Protocol.State.FeeRate rate)
    {
        // EIP-4844: fake_exponential(factor, numerator, denominator).
        BigInteger output = 0;
        BigInteger accumulator = (BigInteger)_baseFee * rate.UpdateBytes;
        for (var i = 1; accumulator > 0; i++)
        {
            output += accumulator;
            accumulator = accumulator * Excess(meter, now, rate) / ((BigInteger)rate.UpdateBytes * i);
        }

        return output / rate.UpdateBytes;
    }

    private (BigInteger Balance, BigInteger Nonce) Account(string id) => _accounts.GetValueOrDefault(id);

    private bool Add(string id, BigInteger amount)
    {
        var (balance, nonce) = Account(id);
        _accounts[id] = (balance + amount, nonce);
        return balance + amount >= 0;
    }

    private static byte[] Root(List<(byte[] Namespace, byte[] Leaf)> leaves)
    {
        if (leaves.Count == 0)
            return [.. new byte[16], .. SHA256.HashData([])];
        if (leaves.Count == 1)
        {
            var (ns, leaf) = leaves[0];
            return [.. ns, .. ns, .. SHA256.HashData([0, .. ns, .. leaf])];
        }

        var split = 1;
        while (split * 2 < leaves.Count)
            split *= 2;
        var left = Root(leaves[..split]);
        var right = Root(leaves[split..]);
        return [.. left[..8], .. right[8..16], .. SHA256.HashData([1, .. left, .. right])];
    }

    private static byte[] UInt32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static string Hex(ByteString bytes) => Convert.ToHexString(bytes.Span);
}
