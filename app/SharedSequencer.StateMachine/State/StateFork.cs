using System.Buffers.Binary;
using System.Runtime.InteropServices;
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
    private readonly Dictionary<AccountId, ForkedAccount> _accounts = [];
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

    public AccountRecord Account(AccountId id) => _accounts.TryGetValue(id, out var account) ? account.Now : parent.Account(id);

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
                CollectionsMarshal.GetValueRefOrNullRef(_accounts, id).Now = record;
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
        ref var account = ref CollectionsMarshal.GetValueRefOrAddDefault(_accounts, id, out var isForked);
        _accountJournal.Add((id, isForked ? account.Now : null));
        if (!isForked)
            account.Before = parent.Account(id);
        account.Now = record;
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
        List<StateChange> changes = new(_accounts.Count + _namespaces.Count + _heads.Count + _meters.Count + 2);
        foreach (var (id, account) in _accounts)
        {
            if (account.Now != account.Before)
                Add(StateKeys.Account(id), account.Now.IsEmpty ? null : account.Now.Encode());
        }

        foreach (var record in _namespaces.Values)
            Add(StateKeys.Namespace(record.Id), record.Encode());
        foreach (var (id, head) in _heads)
            Add(StateKeys.Head(id), head.Encode());
        foreach (var (id, meter) in _meters)
            Add(StateKeys.Meter(id), meter.Encode());
        if (FeeMeter != parent.FeeMeter)
            Add(StateKeys.FeeMeter.ToArray(), FeeMeter.Encode());
        if (FeeAccount != parent.FeeAccount)
            Add(StateKeys.FeeAccount.ToArray(), FeeAccount == 0 ? null : BigEndian(FeeAccount));

        StateChange[] ordered = [.. changes];
        Array.Sort(ordered, KeyOrder.Instance);
        return ordered;

        void Add(byte[] key, byte[]? value) => changes.Add(value is null ? new StateChange(key, null) : new StateChange(key, value));
    }

    private static byte[] BigEndian(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>A total order: no key occurs twice.</summary>
    private sealed class KeyOrder : IComparer<StateChange>
    {
        public static readonly KeyOrder Instance = new();

        public int Compare(StateChange x, StateChange y) => x.Key.Span.SequenceCompareTo(y.Key.Span);
    }

    /// <summary>An account as the parent has it, and as it is here.</summary>
    private struct ForkedAccount
    {
        public AccountRecord Before;
        public AccountRecord Now;
    }
}
