using SharedSequencer.Application.Mempool.Rules;
using SharedSequencer.Primitives;

namespace SharedSequencer.Application.Mempool;

/// <summary>
/// The pool's transactions with every index over them. Each method leaves all indexes and sums in step; whether a
/// change is allowed is the rules' to say. Not safe on several threads: the pool's lock guards it.
/// </summary>
internal sealed class PoolBooks(ApplicationOptions options)
{
    private readonly Dictionary<Hash256, PoolEntry> _byId = [];
    private readonly Dictionary<AccountId, AccountQueue> _queues = [];
    private readonly SortedSet<PoolEntry> _deadlines = new(new DeadlineOrder());

    public int Count => _byId.Count;

    public long Bytes { get; private set; }

    /// <summary>Bytes of those that can run.</summary>
    public long RunnableBytes { get; private set; }

    public int RunnableCount => Count - Parked.Count;

    public long ParkedBytes => Bytes - RunnableBytes;

    /// <summary>The last transaction of each account, where it may be evicted.</summary>
    public SortedSet<TailKey> Tails { get; } = new(new TailOrder());

    /// <summary>All that waits for an earlier nonce, the cheapest first.</summary>
    public SortedSet<PoolEntry> Parked { get; } = new(new CheapestFirst());

    /// <summary>All that can run, by the base fee that it can pay.</summary>
    public SortedSet<PoolEntry> MaxBases { get; } = new(new MaxBaseOrder());

    public NamespaceReaders Readers { get; } = new();

    public DepositShares Shares { get; } = new(options);

    public IReadOnlyCollection<AccountQueue> Queues => _queues.Values;

    public PoolEntry? Find(Hash256 id) => _byId.GetValueOrDefault(id);

    public AccountQueue? Queue(AccountId id) => _queues.GetValueOrDefault(id);

    /// <summary>What has to leave by now, one at a time; null when nothing has.</summary>
    public PoolEntry? Due(long seconds) => _deadlines.Min is { } first && first.Deadline <= seconds ? first : null;

    /// <summary>Adds a new transaction behind the account's others.</summary>
    public void Append(PoolEntry entry)
    {
        Enter(entry);
        AppendTo(QueueFor(entry.Sender), entry);
    }

    /// <summary>Adds a transaction that waits.</summary>
    public void Park(PoolEntry entry, long until)
    {
        Enter(entry);
        ParkIn(QueueFor(entry.Sender), entry, until);
    }

    /// <summary>Puts a new transaction in the place of one with the same nonce that can run.</summary>
    public void Replace(PoolEntry before, PoolEntry after)
    {
        var queue = _queues[before.Sender];
        Leave(before);
        Enter(after);
        StopRunning(before);
        queue.Replace(queue.IndexOf(before.Nonce), after);
        after.IsGuaranteed = before.IsGuaranteed && Shares.Fits(after.Demands);
        before.IsGuaranteed = false;
        StartRunning(after);

        // What stands behind an open transaction is open: else a guaranteed one would shield it from eviction.
        for (var i = queue.IndexOf(after.Nonce) + 1; !after.IsGuaranteed && i < queue.Count && queue[i].IsGuaranteed; i++)
        {
            Shares.Remove(queue[i].Demands);
            queue[i].IsGuaranteed = false;
        }

        IndexTail(queue);
    }

    /// <summary>Takes out a parked transaction, or the last of an account's that can run.</summary>
    public void Remove(PoolEntry entry)
    {
        var queue = _queues[entry.Sender];
        Leave(entry);
        if (entry.IsParked)
        {
            Unpark(queue, entry);
        }
        else
        {
            if (queue.Last != entry)
                throw new InvalidOperationException($"{entry.Id} is not the account's last transaction: others would be left without it.");
            StopRunning(entry);
            queue.RemoveLast();
            IndexTail(queue);
        }

        DropIfEmpty(queue);
    }

    /// <summary>Takes out the first transactions of an account that can run.</summary>
    public void RemoveFirst(AccountQueue queue, int count)
    {
        foreach (var entry in queue.View.Span[..count])
        {
            Leave(entry);
            StopRunning(entry);
        }

        queue.Keep(count, queue.Count - count);
        IndexTail(queue);
        DropIfEmpty(queue);
    }

    /// <summary>The parked transaction can run now.</summary>
    /// <param name="priced">The same transaction at today's prices.</param>
    public void Promote(PoolEntry entry, Candidate priced)
    {
        var queue = _queues[entry.Sender];
        _deadlines.Remove(entry);
        Unpark(queue, entry);
        priced.Reprice(entry);
        entry.Deadline = entry.Transaction.Body.ExpiryTime;
        _deadlines.Add(entry);
        AppendTo(queue, entry);
    }

    /// <summary>Takes out an account's transactions that can run, from a place on: their turn has gone.</summary>
    public PoolEntry[] CutFrom(AccountQueue queue, int index)
    {
        PoolEntry[] cut = [.. queue.View.Span[index..]];
        foreach (var entry in cut)
        {
            Leave(entry);
            StopRunning(entry);
        }

        queue.Keep(0, index);
        IndexTail(queue);
        DropIfEmpty(queue);
        return cut;
    }

    /// <summary>Prices an entry that can run anew; the queue must be summed afterwards.</summary>
    public void Reprice(PoolEntry entry, Action<PoolEntry> price)
    {
        MaxBases.Remove(entry);
        price(entry);
        MaxBases.Add(entry);
    }

    /// <summary>Entries of an account were priced anew.</summary>
    public void Sum(AccountQueue queue)
    {
        queue.Sum();
        IndexTail(queue);
    }

    private AccountQueue QueueFor(AccountId id)
    {
        if (!_queues.TryGetValue(id, out var queue))
            _queues.Add(id, queue = new AccountQueue(id));
        return queue;
    }

    private void Enter(PoolEntry entry)
    {
        entry.Deadline = entry.Transaction.Body.ExpiryTime;
        _byId.Add(entry.Id, entry);
        _deadlines.Add(entry);
        Bytes += entry.Bytes;
    }

    private void Leave(PoolEntry entry)
    {
        _byId.Remove(entry.Id);
        _deadlines.Remove(entry);
        Bytes -= entry.Bytes;
    }

    private void AppendTo(AccountQueue queue, PoolEntry entry)
    {
        entry.IsGuaranteed = (queue.Count == 0 || queue.Last.IsGuaranteed) && Shares.Fits(entry.Demands);
        StartRunning(entry);
        queue.Append(entry);
        IndexTail(queue);
    }

    private void StartRunning(PoolEntry entry)
    {
        RunnableBytes += entry.Bytes;
        Readers.Add(entry);
        MaxBases.Add(entry);
        if (entry.IsGuaranteed)
            Shares.Add(entry.Demands);
    }

    private void StopRunning(PoolEntry entry)
    {
        RunnableBytes -= entry.Bytes;
        Readers.Remove(entry);
        MaxBases.Remove(entry);
        if (entry.IsGuaranteed)
            Shares.Remove(entry.Demands);
    }

    private void ParkIn(AccountQueue queue, PoolEntry entry, long until)
    {
        _deadlines.Remove(entry);
        entry.IsParked = true;
        entry.IsGuaranteed = false;
        entry.Deadline = Math.Min(entry.Transaction.Body.ExpiryTime, until);
        _deadlines.Add(entry);
        queue.Park(entry);
        Parked.Add(entry);
    }

    private void Unpark(AccountQueue queue, PoolEntry entry)
    {
        queue.Unpark(entry);
        Parked.Remove(entry);
        entry.IsParked = false;
    }

    private void IndexTail(AccountQueue queue)
    {
        TailKey? key = queue.Count == 0 || queue.Last.IsGuaranteed ? null : new TailKey(queue.LowestTip, queue.Last.Arrival, queue);
        if (key == queue.IndexedTail)
            return;
        if (queue.IndexedTail is { } before)
            Tails.Remove(before);
        if (key is { } after)
            Tails.Add(after);
        queue.IndexedTail = key;
    }

    private void DropIfEmpty(AccountQueue queue)
    {
        if (queue.IsEmpty)
            _queues.Remove(queue.Id);
    }
}
