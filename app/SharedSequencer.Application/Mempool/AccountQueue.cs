using SharedSequencer.Primitives;

namespace SharedSequencer.Application.Mempool;

/// <summary>
/// One account's transactions: those that can run, with consecutive nonces from its next one on, and those that are
/// parked behind a gap.
/// </summary>
internal sealed class AccountQueue(AccountId id)
{
    private const int FirstCapacity = 4;

    private PoolEntry[] _entries = new PoolEntry[FirstCapacity];

    /// <summary>The lowest tip up to each place.</summary>
    private ulong[] _ranks = new ulong[FirstCapacity];

    /// <summary>So many of the array's entries are in a view, which must not change.</summary>
    private int _viewed;

    public AccountId Id => id;

    /// <summary>How many can run.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of those that can run.</summary>
    public long Bytes { get; private set; }

    /// <summary>What all that can run can take from the account together, in useq.</summary>
    public UInt128 Spend { get; private set; }

    /// <summary>The lowest tip among those that can run: the rank of the last one, which cannot go before any of them.</summary>
    public ulong LowestTip => LowestTipBefore(Count);

    /// <summary>By nonce.</summary>
    public SortedList<ulong, PoolEntry> Parked { get; } = [];

    public long ParkedBytes { get; private set; }

    public bool IsEmpty => Count == 0 && Parked.Count == 0;

    public PoolEntry this[int index] => _entries[index];

    public PoolEntry Last => _entries[Count - 1];

    /// <summary>Those that can run, as they are now. Copies nothing: the array is copied when one of them changes.</summary>
    public QueueView View
    {
        get
        {
            _viewed = Math.Max(_viewed, Count);
            return new QueueView(_entries, Count);
        }
    }

    /// <summary>How the index of tails holds this queue; null when it does not.</summary>
    public TailKey? IndexedTail { get; set; }

    /// <summary>The nonce behind the last one that can run.</summary>
    /// <param name="committed">The account's next nonce by the committed state.</param>
    public ulong NextNonce(ulong committed) => Count == 0 ? committed : Last.Nonce + 1;

    /// <summary>The place of a nonce among those that can run, or -1.</summary>
    public int IndexOf(ulong nonce) =>
        Count == 0 || nonce < _entries[0].Nonce || nonce - _entries[0].Nonce >= (ulong)Count ? -1 : (int)(nonce - _entries[0].Nonce);

    /// <summary>The entry with a nonce, parked or not, or null.</summary>
    public PoolEntry? Find(ulong nonce) => IndexOf(nonce) is >= 0 and var index ? _entries[index] : Parked.GetValueOrDefault(nonce);

    /// <summary>The lowest tip of those before a place.</summary>
    public ulong LowestTipBefore(int index) => index == 0 ? ulong.MaxValue : _ranks[index - 1];

    public void Append(PoolEntry entry)
    {
        if (Count == _entries.Length)
            CopyEntries(Count * 2);
        else if (Count < _viewed)
            CopyEntries(_entries.Length);
        if (Count == _ranks.Length)
            Array.Resize(ref _ranks, _entries.Length);
        _ranks[Count] = Math.Min(LowestTip, entry.TipPerByte);
        _entries[Count++] = entry;
        Bytes += entry.Bytes;
        Spend += entry.Spend;
    }

    public void RemoveLast()
    {
        var last = Last;
        Count--;
        Bytes -= last.Bytes;
        Spend -= last.Spend;
        if (Count >= _viewed)
            _entries[Count] = null!;
    }

    /// <summary>Puts an entry in the place of another one of the same nonce.</summary>
    public void Replace(int index, PoolEntry entry)
    {
        CopyEntries(_entries.Length);
        _entries[index] = entry;
        Sum();
    }

    /// <summary>Keeps <paramref name="count"/> entries from <paramref name="first"/> on.</summary>
    public void Keep(int first, int count)
    {
        var kept = new PoolEntry[Math.Max(FirstCapacity, count)];
        _entries.AsSpan(first, count).CopyTo(kept);
        (_entries, _viewed) = (kept, 0);
        Count = count;
        Sum();
    }

    /// <summary>Counts anew, after entries were priced anew.</summary>
    public void Sum()
    {
        (Bytes, Spend) = (0, 0);
        _ranks = new ulong[_entries.Length];
        for (var i = 0; i < Count; i++)
        {
            Bytes += _entries[i].Bytes;
            Spend += _entries[i].Spend;
            _ranks[i] = Math.Min(LowestTipBefore(i), _entries[i].TipPerByte);
        }
    }

    public void Park(PoolEntry entry)
    {
        Parked.Add(entry.Nonce, entry);
        ParkedBytes += entry.Bytes;
    }

    public void Unpark(PoolEntry entry)
    {
        if (!Parked.Remove(entry.Nonce))
            throw new InvalidOperationException($"Nonce {entry.Nonce} is not parked.");
        ParkedBytes -= entry.Bytes;
    }

    private void CopyEntries(int capacity)
    {
        var copy = new PoolEntry[capacity];
        _entries.AsSpan(0, Count).CopyTo(copy);
        (_entries, _viewed) = (copy, 0);
    }
}
