using System.Buffers.Binary;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;

namespace SharedSequencer.StateMachine.State;

/// <summary>
/// A throw-away overlay on the state, in which a block executes. What one transaction wrote since <see cref="Begin"/>
/// can be taken back with <see cref="Rollback"/>.
/// </summary>
public sealed class StateFork(IStateView parent) : IStateView
{
    private readonly Dictionary<AccountId, AccountRecord> _accounts = [];
    private readonly Dictionary<NamespaceId, NamespaceRecord> _namespaces = [];
    private readonly Dictionary<NamespaceId, NamespaceHead> _heads = [];
    private readonly Dictionary<NamespaceId, FeeMeter> _meters = [];
    private readonly List<(AccountId Id, AccountRecord? Before)> _accountJournal = [];
    private readonly List<(NamespaceId Id, NamespaceRecord? Before)> _namespaceJournal = [];
    private ulong _feesBefore = parent.FeeAccount;

    public string ChainId => parent.ChainId;

    public ChainParameters Parameters => parent.Parameters;

    public ulong FeeAccount { get; private set; } = parent.FeeAccount;

    public FeeMeter FeeMeter { get; private set; } = parent.FeeMeter;

    public FeeMeter NamespaceMeter(NamespaceId id) => _meters.TryGetValue(id, out var meter) ? meter : parent.NamespaceMeter(id);

    public AccountRecord Account(AccountId id) => _accounts.TryGetValue(id, out var record) ? record : parent.Account(id);

    public NamespaceRecord? Namespace(NamespaceId id) =>
        _namespaces.TryGetValue(id, out var record) ? record : parent.Namespace(id);

    public NamespaceHead Head(NamespaceId id) => _heads.TryGetValue(id, out var head) ? head : parent.Head(id);

    /// <summary>Starts a transaction: from here <see cref="Rollback"/> goes back to.</summary>
    public void Begin()
    {
        _accountJournal.Clear();
        _namespaceJournal.Clear();
        _feesBefore = FeeAccount;
    }

    /// <summary>Takes back all that was written since <see cref="Begin"/>.</summary>
    public void Rollback()
    {
        for (var i = _accountJournal.Count - 1; i >= 0; i--)
        {
            var (id, before) = _accountJournal[i];
            if (before is { } record)
                _accounts[id] = record;
            else
                _accounts.Remove(id);
        }

        for (var i = _namespaceJournal.Count - 1; i >= 0; i--)
        {
            var (id, before) = _namespaceJournal[i];
            if (before is not null)
                _namespaces[id] = before;
            else
                _namespaces.Remove(id);
        }

        FeeAccount = _feesBefore;
        Begin();
    }

    public void SetAccount(AccountId id, AccountRecord record)
    {
        _accountJournal.Add((id, _accounts.TryGetValue(id, out var before) ? before : null));
        _accounts[id] = record;
    }

    public void SetNamespace(NamespaceRecord record)
    {
        var id = record.Id;
        _namespaceJournal.Add((id, _namespaces.GetValueOrDefault(id)));
        _namespaces[id] = record;
    }

    /// <summary>Written once a block, when all transactions stand: not journalled.</summary>
    public void SetHead(NamespaceId id, NamespaceHead head) => _heads[id] = head;

    /// <summary>Written once a block, when all transactions stand: not journalled.</summary>
    public void SetFeeMeter(FeeMeter meter) => FeeMeter = meter;

    /// <summary>Written once a block, when all transactions stand: not journalled.</summary>
    public void SetNamespaceMeter(NamespaceId id, FeeMeter meter) => _meters[id] = meter;

    public void AddFees(ulong amount) => FeeAccount = checked(FeeAccount + amount);

    /// <summary>All that differs from the parent, ordered by key.</summary>
    public StateChange[] Changes()
    {
        SortedDictionary<byte[], byte[]?> changes = new(KeyOrder.Instance);
        foreach (var (id, record) in _accounts)
        {
            if (record != parent.Account(id))
                changes.Add(StateKeys.Account(id), record.IsEmpty ? null : record.Encode());
        }

        foreach (var record in _namespaces.Values)
            changes.Add(StateKeys.Namespace(record.Id), record.Encode());
        foreach (var (id, head) in _heads)
            changes.Add(StateKeys.Head(id), head.Encode());
        foreach (var (id, meter) in _meters)
            changes.Add(StateKeys.Meter(id), meter.Encode());
        if (FeeMeter != parent.FeeMeter)
            changes.Add(StateKeys.FeeMeter.ToArray(), FeeMeter.Encode());
        if (FeeAccount != parent.FeeAccount)
            changes.Add(StateKeys.FeeAccount.ToArray(), FeeAccount == 0 ? null : BigEndian(FeeAccount));

        var result = new StateChange[changes.Count];
        var next = 0;
        foreach (var (key, value) in changes)
            result[next++] = new StateChange(key, value);
        return result;
    }

    private static byte[] BigEndian(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }

    private sealed class KeyOrder : IComparer<byte[]>
    {
        public static readonly KeyOrder Instance = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
