using SharedSequencer.Application.Mempool.Rules;
using SharedSequencer.Application.Ports;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.State;
using SharedSequencer.StateMachine.Execution;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.Application.Mempool;

/// <summary>
/// What a committed block does to the pool. Its work grows with the accounts that the block touched, the accounts that
/// write to namespaces it changed or made dearer, and what fell due; never with the pool.
/// </summary>
/// <param name="fees">The prices after the block.</param>
/// <param name="promote">Moves what waits to what can run.</param>
internal sealed class CommitSweep(
    ApplicationOptions options, PoolBooks books, IChainObserver observer, ExecutedBlock block, BlockFees fees, Action<AccountQueue> promote)
{
    private readonly ChainState _state = block.State;
    private readonly HashSet<AccountId> _touched = [];
    private readonly HashSet<AccountId> _changed = [];
    private readonly HashSet<AccountId> _dearer = [];

    /// <param name="failed">What did not run when a block was built.</param>
    public void Run(IReadOnlyDictionary<Hash256, Verdict> failed)
    {
        FindDisturbed();
        DropUsedNonces();
        foreach (var (id, verdict) in failed)
        {
            if (books.Find(id) is { IsParked: false } entry)
                Cut(entry, Endings.Of(verdict));
        }

        DropDue();
        foreach (var id in _changed)
            Renew(id);
        FollowPrices();
        foreach (var id in _touched)
        {
            if (books.Queue(id) is { } queue)
                CutWhatIsNotCovered(queue);
            if (books.Queue(id) is { } left)
                promote(left);
        }
    }

    private void FindDisturbed()
    {
        foreach (var transaction in block.Transactions)
            _touched.Add(transaction.Sender);
        foreach (var change in block.Changes)
        {
            var key = change.Key.Span;
            if (StateKeys.IsAccount(key))
            {
                _touched.Add(StateKeys.AccountOf(key));
            }
            else if (key is [StateKeys.NamespacePrefix, .. var bytes] && bytes.Length == NamespaceId.Length)
            {
                var id = NamespaceId.From(bytes);
                books.Shares.Learn(id, _state.Namespace(id)?.Deposit ?? 0);
                _changed.UnionWith(books.Readers.Of(id));
            }
        }

        foreach (var slice in block.Slices)
        {
            if (fees.NamespacePerByte(slice.Namespace) > 0)
                _dearer.UnionWith(books.Readers.Of(slice.Namespace));
        }

        _touched.UnionWith(_changed);
    }

    private void DropUsedNonces()
    {
        HashSet<Hash256> included = [];
        foreach (var transaction in block.Transactions)
            included.Add(transaction.Id);
        foreach (var id in _touched)
        {
            if (books.Queue(id) is not { } queue)
                continue;
            var next = _state.Account(id).Nonce;
            List<PoolEntry> used = [];
            var first = 0;
            while (first < queue.Count && queue[first].Nonce < next)
                used.Add(queue[first++]);
            if (first > 0)
                books.RemoveFirst(queue, first);
            while (queue.Parked.Count > 0 && queue.Parked.Values[0] is { } parked && parked.Nonce < next)
            {
                used.Add(parked);
                books.Remove(parked);
            }

            foreach (var entry in used)
            {
                if (!included.Contains(entry.Id))
                {
                    observer.Ended(entry.Id, new PoolEnding(
                        PoolEndingKind.Replaced, ResultCode.Replaced, $"Another transaction with nonce {entry.Nonce} is in block {_state.Height}."));
                }
            }
        }
    }

    private void DropDue()
    {
        while (books.Due(_state.Time.Seconds) is { } entry)
        {
            var verdict = TransactionExecutor.CheckContext(entry.Transaction, _state, _state.Time);
            if (verdict.IsOk)
            {
                books.Remove(entry);
                observer.Ended(entry.Id, new PoolEnding(
                    PoolEndingKind.Evicted, ResultCode.NonceGap, $"It waited {options.ParkedSeconds} s for an earlier nonce of its account. Send that one, then this again."));
            }
            else if (entry.IsParked)
            {
                books.Remove(entry);
                observer.Ended(entry.Id, Endings.Of(verdict));
            }
            else
            {
                Cut(entry, Endings.Of(verdict));
            }
        }
    }

    /// <summary>A namespace's record changed: looks at all of the account's transactions anew.</summary>
    private void Renew(AccountId id)
    {
        if (books.Queue(id) is not { } queue)
            return;
        for (var i = 0; i < queue.Count; i++)
        {
            var candidate = new Candidate(queue[i].Transaction, _state, fees);
            var verdict = AdmissionRules.CheckState(candidate);
            if (!verdict.IsOk)
            {
                Cut(queue[i], Endings.Of(verdict));
                break;
            }

            books.Reprice(queue[i], candidate.Reprice);
        }

        if (queue.Count > 0)
            books.Sum(queue);
    }

    /// <summary>What cannot pay the new prices has to leave: it could not run, and would wake the chain for nothing.</summary>
    private void FollowPrices()
    {
        // The chain's own fee: only those whose cap it may have passed.
        foreach (var entry in books.MaxBases)
        {
            if (entry.MaxBase >= fees.BasePerByte)
                break;
            _dearer.Add(entry.Sender);
        }

        foreach (var id in _dearer)
        {
            if (books.Queue(id) is not { Count: > 0 } queue)
                continue;
            foreach (var entry in queue.View.Span)
            {
                if (!entry.Offer.TryTip(fees, entry.Demands, out var tip))
                {
                    Cut(entry, new PoolEnding(
                        PoolEndingKind.Evicted, ResultCode.FeeTooLow, $"The fees rose: the base fee is {fees.BasePerByte} useq a byte now, and with the namespaces' own more than max_fee_per_byte allows."));
                    break;
                }

                books.Reprice(entry, priced =>
                {
                    priced.MaxBase = priced.Offer.PerByteAfterNamespaces(fees, priced.Demands);
                    priced.TipPerByte = tip;
                });
            }

            if (queue.Count > 0)
                books.Sum(queue);
        }
    }

    private void CutWhatIsNotCovered(AccountQueue queue)
    {
        var balance = _state.Account(queue.Id).Balance;
        if (queue.Spend <= balance)
            return;
        UInt128 spend = 0;
        foreach (var entry in queue.View.Span)
        {
            spend += entry.Spend;
            if (spend <= balance)
                continue;
            Cut(entry, new PoolEnding(
                PoolEndingKind.Rejected, ResultCode.InsufficientBalance, $"{entry.Sender} has {balance} useq left; up to {spend} are needed."));
            return;
        }
    }

    /// <summary>Ends a transaction; those behind it wait for another one with its nonce, as far as there is room to wait.</summary>
    private void Cut(PoolEntry entry, PoolEnding ending)
    {
        var queue = books.Queue(entry.Sender)!;
        _touched.Add(entry.Sender);
        var cut = books.CutFrom(queue, queue.IndexOf(entry.Nonce));
        observer.Ended(entry.Id, ending);
        var until = _state.Time.Seconds + options.ParkedSeconds;
        for (var i = 1; i < cut.Length; i++)
        {
            if (MayWait(cut[i]))
            {
                books.Park(cut[i], until);
                continue;
            }

            observer.Ended(cut[i].Id, new PoolEnding(
                PoolEndingKind.Evicted, ResultCode.NonceGap, $"Nonce {entry.Nonce} of the account left the pool: {ending.Message}"));
        }
    }

    private bool MayWait(PoolEntry entry)
    {
        var queue = books.Queue(entry.Sender);
        return (queue?.Parked.Count ?? 0) < options.ParkedCountPerAccount
            && (queue?.ParkedBytes ?? 0) + entry.Bytes <= options.ParkedBytesPerAccount
            && books.Parked.Count < options.ParkedCount
            && books.ParkedBytes + entry.Bytes <= options.ParkedBytes;
    }
}
