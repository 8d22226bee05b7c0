using SharedSequencer.Application.Ports;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.State;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine.Execution;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.Application.Mempool;

/// <summary>
/// The transactions that can run in the next block: the only authority on what is proposed. CometBFT's mempool
/// gossips them and wakes consensus; whatever leaves this pool is refused at the next recheck, so that the chain rests.
/// </summary>
/// <remarks>
/// An account's transactions stand or fall by that account alone: their nonces are consecutive and all that they can
/// take together is covered by its committed balance. So a block can only disturb the queues of accounts that it touched.
/// </remarks>
public sealed class TransactionPool(ApplicationOptions options, IChainObserver observer) : IPoolView
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Hash256, PoolEntry> _byId = [];
    private readonly Dictionary<AccountId, AccountQueue> _queues = [];
    private readonly SortedSet<(long Expiry, ulong Arrival, AccountId Sender)> _expiries = [];
    private readonly Dictionary<Hash256, Verdict> _failed = [];
    private readonly SortedSet<(ulong MaxFeePerByte, ulong Arrival, AccountId Sender)> _feeCaps = [];
    private ChainState? _state;
    private BlockFees? _fees;
    private ulong _arrivals;
    private long _bytes;

    public int Count
    {
        get
        {
            lock (_lock)
                return _byId.Count;
        }
    }

    public long Bytes
    {
        get
        {
            lock (_lock)
                return _bytes;
        }
    }

    public bool Contains(Hash256 id)
    {
        lock (_lock)
            return _byId.ContainsKey(id);
    }

    public ulong PendingNonce(AccountId id, ulong committed)
    {
        lock (_lock)
            return _queues.TryGetValue(id, out var queue) ? queue.NextNonce : committed;
    }

    /// <summary>The transaction when the pool holds it, so that it need not be decoded and verified again.</summary>
    public SignedTransaction? Find(Hash256 id)
    {
        lock (_lock)
            return _byId.TryGetValue(id, out var entry) ? entry.Transaction : null;
    }

    /// <summary>Starts with a committed state and no transaction.</summary>
    public void Start(ChainState state)
    {
        lock (_lock)
        {
            _state = state;
            _fees = new BlockFees(state, state.Time);
            _byId.Clear();
            _queues.Clear();
            _expiries.Clear();
            _feeCaps.Clear();
            _failed.Clear();
            _bytes = 0;
        }
    }

    /// <summary>Takes a transaction with a good signature, or says why not. The same one again is welcome.</summary>
    public Verdict Admit(SignedTransaction transaction)
    {
        lock (_lock)
        {
            if (_byId.ContainsKey(transaction.Id))
                return Verdict.Ok;

            var state = _state ?? throw new InvalidOperationException("A transaction came before the chain was started.");
            var verdict = CheckAgainstState(transaction, state, out var entry);
            if (!verdict.IsOk)
                return verdict;
            verdict = FindPlace(entry, state, out var replaced);
            if (!verdict.IsOk)
                return verdict;

            Insert(entry, replaced);
        }

        observer.Received(transaction.Id);
        return Verdict.Ok;
    }

    /// <summary>Every queue's transactions, for a proposal: each account's in the order of its nonces.</summary>
    internal IReadOnlyList<PoolEntry[]> Snapshot()
    {
        lock (_lock)
        {
            List<PoolEntry[]> queues = new(_queues.Count);
            foreach (var queue in _queues.Values)
                queues.Add([.. queue.Entries]);
            return queues;
        }
    }

    /// <summary>Notes a transaction that did not run when a block was built: it leaves with the next commit.</summary>
    internal void NoteFailed(Hash256 id, Verdict verdict)
    {
        lock (_lock)
            _failed[id] = verdict;
    }

    /// <summary>Brings the pool up to a committed block: looks again at what the block can have disturbed, and at nothing else.</summary>
    public void AfterCommit(ExecutedBlock block)
    {
        List<(Hash256, PoolEnding)> endings = [];
        lock (_lock)
        {
            _state = block.State;
            _fees = new BlockFees(block.State, block.State.Time);
            HashSet<AccountId> disturbed = [];
            var namespacesChanged = false;

            // What the base fee has passed cannot run: it has to leave, or it would wake the chain for nothing.
            foreach (var (cap, _, sender) in _feeCaps)
            {
                if (cap >= _fees.BasePerByte)
                    break;
                disturbed.Add(sender);
            }

            foreach (var slice in block.Slices)
                namespacesChanged |= _fees.NamespacePerByte(slice.Namespace) > 0;
            foreach (var transaction in block.Transactions)
                disturbed.Add(transaction.Sender);
            foreach (var change in block.Changes)
            {
                var key = change.Key.Span;
                if (key is [StateKeys.AccountPrefix, .. var account] && account.Length == AccountId.Length)
                    disturbed.Add(AccountId.From(account));
                namespacesChanged |= key is [StateKeys.NamespacePrefix, .. var id] && id.Length == NamespaceId.Length;
            }

            foreach (var failed in _failed.Keys)
            {
                if (_byId.TryGetValue(failed, out var entry))
                    disturbed.Add(entry.Sender);
            }

            foreach (var (expiry, _, sender) in _expiries)
            {
                if (expiry > block.Context.Time.Seconds)
                    break;
                disturbed.Add(sender);
            }

            // New surcharges, writers or namespace fees can reach any queue. They are rare: look at all.
            if (namespacesChanged)
                disturbed.UnionWith(_queues.Keys);
            HashSet<Hash256> included = [];
            foreach (var transaction in block.Transactions)
                included.Add(transaction.Id);
            foreach (var sender in disturbed)
            {
                if (_queues.TryGetValue(sender, out var queue))
                    Renew(sender, queue, block.State, included, endings);
            }

            _failed.Clear();
        }

        foreach (var (id, ending) in endings)
            observer.Ended(id, ending);
    }

    private Verdict CheckAgainstState(SignedTransaction transaction, ChainState state, out PoolEntry entry)
    {
        entry = null!;
        var verdict = TransactionExecutor.CheckContext(transaction, state, state.Time);
        if (!verdict.IsOk)
            return verdict;
        var committed = state.Account(transaction.Sender).Nonce;
        if (transaction.Body.Nonce < committed)
            return TransactionExecutor.CheckNonce(transaction, committed);
        verdict = TransactionCost.Of(transaction, state, _fees!, out var cost);
        if (!verdict.IsOk)
            return verdict;
        verdict = new NamespaceUsage().Check(transaction, state);
        if (!verdict.IsOk)
            return verdict;
        entry = new PoolEntry(transaction, SpendLimit.Of(transaction, state), cost.Tip / (ulong)transaction.Raw.Length, _arrivals);
        return Verdict.Ok;
    }

    private Verdict FindPlace(PoolEntry entry, ChainState state, out PoolEntry? replaced)
    {
        replaced = null;
        var account = state.Account(entry.Sender);
        var queue = _queues.GetValueOrDefault(entry.Sender);
        var next = queue?.NextNonce ?? account.Nonce;
        if (entry.Nonce > next)
            return TransactionExecutor.CheckNonce(entry.Transaction, next);
        if (entry.Nonce < next)
        {
            replaced = queue!.Find(entry.Nonce);
            if (replaced is null)
                return TransactionExecutor.CheckNonce(entry.Transaction, next);

            // At least a tenth more, and at least one useq more: else the pool could be churned for nothing.
            var least = replaced.TipPerByte + Math.Max(1, replaced.TipPerByte / 10);
            if (entry.TipPerByte < least)
            {
                return Verdict.Refuse(
                    ResultCode.ReplacementUnderpriced,
                    $"Nonce {entry.Nonce} is taken by {replaced.Id}, which tips {replaced.TipPerByte} useq a byte; {least} are needed to replace it, this tips {entry.TipPerByte}.");
            }
        }

        var spend = (queue?.Spend ?? 0) - (replaced?.Spend ?? 0) + entry.Spend;
        if (spend > account.Balance)
        {
            return Verdict.Refuse(
                ResultCode.InsufficientBalance,
                $"{entry.Sender} has {account.Balance} useq; this transaction and those before it in the pool can take {spend}.");
        }

        if (replaced is null && (_byId.Count >= options.PoolCount || queue?.Count >= options.PoolCountPerAccount))
        {
            return Verdict.Refuse(
                ResultCode.PoolFull,
                $"The pool holds {_byId.Count} transactions, {queue?.Count ?? 0} of them this account's: try again after the next block.");
        }

        return _bytes - (replaced?.Bytes ?? 0) + entry.Bytes > options.PoolBytes
            ? Verdict.Refuse(ResultCode.PoolFull, $"The pool holds {_bytes} bytes: try again after the next block.")
            : Verdict.Ok;
    }

    private void Insert(PoolEntry entry, PoolEntry? replaced)
    {
        if (!_queues.TryGetValue(entry.Sender, out var queue))
            _queues.Add(entry.Sender, queue = new AccountQueue());
        if (replaced is null)
        {
            queue.Append(entry);
        }
        else
        {
            queue.Replace(replaced, entry);
            Forget(replaced);
            observer.Ended(replaced.Id, new PoolEnding(
                PoolEndingKind.Replaced, ResultCode.Replaced, $"{entry.Id} took its place: the same nonce, a higher tip."));
        }

        _arrivals++;
        _byId.Add(entry.Id, entry);
        _bytes += entry.Bytes;
        _expiries.Add((entry.Transaction.Body.ExpiryTime, entry.Arrival, entry.Sender));
        _feeCaps.Add((entry.Transaction.Body.MaxFeePerByte, entry.Arrival, entry.Sender));
    }

    private void Renew(AccountId id, AccountQueue queue, ChainState state, HashSet<Hash256> included, List<(Hash256, PoolEnding)> endings)
    {
        var account = state.Account(id);
        var first = 0;
        while (first < queue.Count && queue.Entries[first].Nonce < account.Nonce)
        {
            var entry = queue.Entries[first++];
            Forget(entry);
            if (!included.Contains(entry.Id))
            {
                endings.Add((entry.Id, new PoolEnding(
                    PoolEndingKind.Replaced, ResultCode.Replaced, $"Another transaction with nonce {entry.Nonce} is in block {state.Height}.")));
            }
        }

        var good = first;
        UInt128 spend = 0;
        var verdict = Verdict.Ok;
        for (; good < queue.Count; good++)
        {
            verdict = Recheck(queue.Entries[good], state, account, ref spend);
            if (!verdict.IsOk)
                break;
        }

        for (var i = good; i < queue.Count; i++)
        {
            var entry = queue.Entries[i];
            Forget(entry);
            endings.Add((entry.Id, i == good ? EndingOf(verdict) : new PoolEnding(
                PoolEndingKind.Evicted, ResultCode.NonceGap, $"Nonce {queue.Entries[good].Nonce} of the account left the pool: {verdict.Message}")));
        }

        queue.Keep(first, good - first);
        if (queue.Count == 0)
            _queues.Remove(id);
    }

    private Verdict Recheck(PoolEntry entry, ChainState state, AccountRecord account, ref UInt128 spend)
    {
        if (_failed.TryGetValue(entry.Id, out var failed))
            return failed;
        var verdict = TransactionExecutor.CheckContext(entry.Transaction, state, state.Time);
        if (!verdict.IsOk)
            return verdict;
        verdict = TransactionCost.Of(entry.Transaction, state, _fees!, out _);
        if (!verdict.IsOk)
            return verdict;
        spend += entry.Spend;
        return spend > account.Balance
            ? Verdict.Refuse(ResultCode.InsufficientBalance, $"{entry.Sender} has {account.Balance} useq left; up to {spend} are needed.")
            : Verdict.Ok;
    }

    private void Forget(PoolEntry entry)
    {
        if (!_byId.Remove(entry.Id))
            return;
        _bytes -= entry.Bytes;
        _expiries.Remove((entry.Transaction.Body.ExpiryTime, entry.Arrival, entry.Sender));
        _feeCaps.Remove((entry.Transaction.Body.MaxFeePerByte, entry.Arrival, entry.Sender));
    }

    private static PoolEnding EndingOf(Verdict verdict) => new(
        verdict.Code == ResultCode.Expired ? PoolEndingKind.Expired : PoolEndingKind.Rejected, verdict.Code, verdict.Message);
}
