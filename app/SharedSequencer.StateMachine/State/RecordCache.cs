using System.Diagnostics.CodeAnalysis;

namespace SharedSequencer.StateMachine.State;

/// <summary>
/// Records of one version of the state that were read and decoded before: a read of the tree hashes its key, walks
/// down and decodes, which is many times what a look-up takes. It only ever holds what the tree holds, so that what is
/// in it can change the time of a read and nothing else.
/// </summary>
/// <remarks>
/// Safe on every thread: a slot is replaced as a whole and never changed. Keys that share a slot push each other out,
/// so that many keys cost time, never memory.
/// </remarks>
/// <param name="slots">How many records it can hold.</param>
internal sealed class RecordCache<TKey, TRecord>(int slots)
    where TKey : struct, IEquatable<TKey>
{
    private readonly Slot?[] _slots = new Slot?[slots];

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TRecord record)
    {
        if (_slots[Place(key)] is { } slot && slot.Key.Equals(key))
        {
            record = slot.Record;
            return true;
        }

        record = default;
        return false;
    }

    public void Add(TKey key, TRecord record) => _slots[Place(key)] = new Slot(key, record);

    private int Place(TKey key) => (int)(unchecked((uint)key.GetHashCode()) % (uint)_slots.Length);

    private sealed class Slot(TKey key, TRecord record)
    {
        public TKey Key { get; } = key;

        public TRecord Record { get; } = record;
    }
}
