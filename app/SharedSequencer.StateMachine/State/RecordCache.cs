using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace SharedSequencer.StateMachine.State;

/// <summary>
/// Records of one version of the state that were read and decoded before: a read of the tree hashes its key, walks
/// down and decodes, which is twenty times what a look-up takes. Safe on every thread; it only ever holds what the
/// tree holds, so that what is in it can change the time of a read and nothing else.
/// </summary>
/// <param name="capacity">When it is full it starts anew: many keys cost time, never memory.</param>
internal sealed class RecordCache<TKey, TRecord>(int capacity)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, TRecord> _records = new();
    private int _count;

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TRecord record) => _records.TryGetValue(key, out record);

    public void Add(TKey key, TRecord record)
    {
        if (!_records.TryAdd(key, record) || Interlocked.Increment(ref _count) < capacity)
            return;
        Interlocked.Exchange(ref _count, 0);
        _records.Clear();
    }
}
