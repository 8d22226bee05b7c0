using System.Threading.Channels;
using SharedSequencer.Evm;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Evm.Transactions;
using SharedSequencer.Gateway.Configuration;
using SharedSequencer.Gateway.JsonRpc;

namespace SharedSequencer.Gateway.Pool;

/// <summary>
/// The transactions in flight: accepted here or seen in a slice, and not executed yet. Nonces of one account follow the
/// executed state without a gap. What the pool admits is queued for submission in the order of admission, so that a
/// transaction never reaches the sequencer before its predecessor. No IO; safe on every thread.
/// </summary>
internal sealed class PendingPool(GatewayOptions options)
{
    /// <summary>Attempts that may wait for their predecessor at one time, for one account.</summary>
    private const int MaximumWaiters = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<EvmHash, PendingTransaction> _byHash = [];
    private readonly Dictionary<EvmAddress, SenderQueue> _senders = [];

    /// <summary>Final, with a nonce that another final transaction has: the executor will run one of them.</summary>
    private readonly Dictionary<EvmHash, PendingTransaction> _rivals = [];
    private readonly Channel<PendingTransaction> _toSubmit = Channel.CreateUnbounded<PendingTransaction>(new() { SingleReader = true });
    private long _bytes;
    private ulong _executedSlice;
    private long _executions;

    /// <summary>What waits for submission; bounded by the pool's own bounds. Skip what is no longer <see cref="PendingStage.Queued"/>.</summary>
    public ChannelReader<PendingTransaction> ToSubmit => _toSubmit.Reader;

    public int Count
    {
        get
        {
            lock (_lock)
                return _byHash.Count;
        }
    }

    /// <summary>
    /// Grows whenever executed transactions leave the pool. Read it before the executed state is asked for: a state from
    /// before they left would miss them here and there.
    /// </summary>
    public long Executions
    {
        get
        {
            lock (_lock)
                return _executions;
        }
    }

    /// <summary>
    /// Tries to take a transaction in, judged by its account's executed state. Null when that state may be too old: ask again.
    /// </summary>
    /// <param name="transaction">A transaction that the rollup's rules allow.</param>
    /// <param name="account">Its sender.</param>
    /// <param name="executions"><see cref="Executions"/> from before the account was asked for.</param>
    public AdmissionVerdict? TryAdmit(EthereumTransaction transaction, EvmAccount account, long executions)
    {
        lock (_lock)
        {
            if (executions != _executions)
                return null;
            if (_byHash.ContainsKey(transaction.Hash) || _rivals.ContainsKey(transaction.Hash))
                return TransactionErrors.AlreadyKnown;
            var queue = _senders.GetValueOrDefault(transaction.Sender);
            var next = queue?.NextNonce(account.Nonce) ?? account.Nonce;
            if (transaction.Nonce < account.Nonce)
                return TransactionErrors.NonceTooLow(next, transaction.Nonce);
            if (queue?.At(transaction.Nonce) is { } holder)
                return holder.Stage == PendingStage.Final ? TransactionErrors.NonceTooLow(next, transaction.Nonce) : TransactionErrors.ReplacementUnderpriced;
            if (transaction.Nonce > next)
                return Missing(transaction, next);
            var cost = transaction.MaxCost + (queue?.MaximumCost(account.Nonce) ?? 0);
            if (cost > account.Balance)
                return TransactionErrors.InsufficientFunds(account.Balance, cost);
            if (queue?.Count >= options.MaximumPendingPerAccount)
                return TransactionErrors.AccountFull(options.MaximumPendingPerAccount);
            if (_byHash.Count >= options.MaximumPending || _bytes + transaction.Raw.Length > options.MaximumPendingBytes)
                return TransactionErrors.PoolFull;

            var pending = new PendingTransaction(transaction);
            Add(pending);
            _toSubmit.Writer.TryWrite(pending);
            return new AdmissionVerdict(pending, null, null);
        }
    }

    /// <summary>An attempt no longer waits for its predecessor.</summary>
    public void StopWaiting(EvmAddress sender)
    {
        lock (_lock)
        {
            var queue = _senders[sender];
            queue.Waiters--;
            RemoveIfIdle(sender, queue);
        }
    }

    /// <summary>As <see cref="NextNonce"/>; false when the executed nonce may be too old: ask again.</summary>
    public bool TryNextNonce(EvmAddress sender, ulong executed, long executions, out ulong next)
    {
        lock (_lock)
        {
            next = NextNonce(sender, executed);
            return executions == _executions;
        }
    }

    /// <summary>The nonce that the account's next transaction must have, given the executed one.</summary>
    public ulong NextNonce(EvmAddress sender, ulong executed)
    {
        lock (_lock)
            return _senders.GetValueOrDefault(sender)?.NextNonce(executed) ?? executed;
    }

    public PendingTransaction? Find(EvmHash hash)
    {
        lock (_lock)
            return _byHash.GetValueOrDefault(hash) ?? _rivals.GetValueOrDefault(hash);
    }

    /// <summary>The node has received a submission.</summary>
    public void MarkSubmitted(IReadOnlyList<PendingTransaction> submission)
    {
        lock (_lock)
        {
            foreach (var pending in submission)
            {
                // The slice can be seen before the node's answer is.
                if (pending.Stage == PendingStage.Queued)
                    pending.Stage = PendingStage.Submitted;
                pending.Complete(null);
            }
        }
    }

    /// <summary>
    /// A submission failed, or died on the node: its transactions are released, and those behind them that are not on the
    /// node yet, as they cannot run without them.
    /// </summary>
    /// <returns>All that were released.</returns>
    public IReadOnlyList<PendingTransaction> Release(IReadOnlyList<PendingTransaction> submission, RpcError reason)
    {
        List<PendingTransaction> released = [];
        lock (_lock)
        {
            foreach (var pending in submission)
            {
                if (pending.Stage == PendingStage.Final || !Remove(pending))
                    continue;
                pending.Complete(reason);
                released.Add(pending);
                if (!_senders.TryGetValue(pending.Transaction.Sender, out var queue))
                    continue;
                foreach (var behind in queue.QueuedAfter(pending.Transaction.Nonce))
                {
                    if (submission.Contains(behind) || !Remove(behind))
                        continue;
                    behind.Complete(reason with { Message = $"an earlier transaction of this account was not taken: {reason.Message}" });
                    released.Add(behind);
                }
            }
        }

        return released;
    }

    /// <summary>
    /// A slice holds a transaction, from here or from anybody. Another one with its nonce that has not been in a slice can no
    /// longer run, and is released.
    /// </summary>
    /// <returns>The one that was pushed out, or null.</returns>
    public PendingTransaction? MarkFinal(EthereumTransaction transaction, ulong slice)
    {
        lock (_lock)
        {
            PendingTransaction? pushedOut = null;
            if (!_byHash.TryGetValue(transaction.Hash, out var pending))
            {
                var holder = _senders.GetValueOrDefault(transaction.Sender)?.At(transaction.Nonce);
                if (holder?.Stage == PendingStage.Final)
                {
                    if (_rivals.Count < options.MaximumPending)
                        _rivals.TryAdd(transaction.Hash, new PendingTransaction(transaction) { Stage = PendingStage.Final, Slice = slice });
                    return null;
                }

                if (holder is not null && Remove(holder))
                {
                    holder.Complete(TransactionErrors.NonceTooLow(transaction.Nonce + 1, transaction.Nonce));
                    pushedOut = holder;
                }

                // The executor has been there while the slice was read.
                if (slice <= _executedSlice)
                    return pushedOut;

                // What others wrote into the namespace is bounded too: the executor will reach it either way.
                if (_byHash.Count >= options.MaximumPending || _bytes + transaction.Raw.Length > options.MaximumPendingBytes)
                    return pushedOut;
                pending = new PendingTransaction(transaction);
                Add(pending);
            }

            if (pending.Stage == PendingStage.Final)
                return pushedOut;
            pending.Stage = PendingStage.Final;
            pending.Slice = slice;
            pending.Complete(null);
            return pushedOut;
        }
    }

    /// <summary>Takes out all that is in slices up to this one: the executor has been there.</summary>
    public IReadOnlyList<PendingTransaction> TakeExecuted(ulong slice)
    {
        lock (_lock)
        {
            _executedSlice = slice;
            List<PendingTransaction> executed = [.. _byHash.Values.Where(p => p.Stage == PendingStage.Final && p.Slice <= slice)];
            foreach (var pending in executed)
                Remove(pending);
            foreach (var rival in _rivals.Values.Where(p => p.Slice <= slice).ToList())
            {
                _rivals.Remove(rival.Hash);
                executed.Add(rival);
            }

            if (executed.Count > 0)
                _executions++;

            return executed;
        }
    }

    private AdmissionVerdict Missing(EthereumTransaction transaction, ulong next)
    {
        if (transaction.Nonce - next > (ulong)options.MaximumPendingPerAccount)
            return TransactionErrors.NonceTooHigh(transaction.Sender, next, transaction.Nonce);
        if (!_senders.TryGetValue(transaction.Sender, out var queue))
            _senders.Add(transaction.Sender, queue = new SenderQueue());
        if (queue.Waiters >= MaximumWaiters)
            return TransactionErrors.NonceTooHigh(transaction.Sender, next, transaction.Nonce);
        queue.Waiters++;
        return new AdmissionVerdict(null, null, queue.Changed);
    }

    private void Add(PendingTransaction pending)
    {
        _byHash.Add(pending.Hash, pending);
        _bytes += pending.Transaction.Raw.Length;
        if (!_senders.TryGetValue(pending.Transaction.Sender, out var queue))
            _senders.Add(pending.Transaction.Sender, queue = new SenderQueue());
        queue.Add(pending);
    }

    private bool Remove(PendingTransaction pending)
    {
        if (!_byHash.Remove(pending.Hash))
            return false;
        _bytes -= pending.Transaction.Raw.Length;
        var queue = _senders[pending.Transaction.Sender];
        queue.Remove(pending);
        RemoveIfIdle(pending.Transaction.Sender, queue);
        if (pending.Stage != PendingStage.Final)
            pending.Stage = PendingStage.Released;
        return true;
    }

    private void RemoveIfIdle(EvmAddress sender, SenderQueue queue)
    {
        if (queue is { Count: 0, Waiters: 0 })
            _senders.Remove(sender);
    }
}
