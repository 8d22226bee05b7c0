namespace SharedSequencer.Application.Mempool;

/// <summary>One account's transactions with consecutive nonces, from its next one on.</summary>
internal sealed class AccountQueue
{
    private readonly List<PoolEntry> _entries = [];

    public IReadOnlyList<PoolEntry> Entries => _entries;

    public int Count => _entries.Count;

    /// <summary>What all of them together can take from the account, in useq.</summary>
    public UInt128 Spend { get; private set; }

    /// <summary>The nonce behind the last one; meaningless when the queue is empty.</summary>
    public ulong NextNonce => _entries[^1].Nonce + 1;

    /// <summary>The entry with a nonce, or null.</summary>
    public PoolEntry? Find(ulong nonce)
    {
        if (_entries.Count == 0 || nonce < _entries[0].Nonce || nonce - _entries[0].Nonce >= (ulong)_entries.Count)
            return null;
        return _entries[(int)(nonce - _entries[0].Nonce)];
    }

    public void Append(PoolEntry entry)
    {
        _entries.Add(entry);
        Spend += entry.Spend;
    }

    /// <summary>Puts an entry in the place of the one with the same nonce.</summary>
    public void Replace(PoolEntry before, PoolEntry after)
    {
        _entries[(int)(before.Nonce - _entries[0].Nonce)] = after;
        Spend = Spend - before.Spend + after.Spend;
    }

    /// <summary>Keeps the entries from <paramref name="first"/> on, <paramref name="count"/> of them.</summary>
    public void Keep(int first, int count)
    {
        _entries.RemoveRange(first + count, _entries.Count - first - count);
        _entries.RemoveRange(0, first);
        Spend = 0;
        foreach (var entry in _entries)
            Spend += entry.Spend;
    }
}
