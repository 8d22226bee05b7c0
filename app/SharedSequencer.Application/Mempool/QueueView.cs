namespace SharedSequencer.Application.Mempool;

/// <summary>One account's transactions that can run, as they were when the view was taken: in the order of their nonces.</summary>
/// <remarks>Taking it copies nothing: the queue writes into this array only behind <paramref name="count"/>.</remarks>
internal readonly struct QueueView(PoolEntry[] entries, int count)
{
    public int Count => count;

    public PoolEntry this[int index] => entries[index];

    public ReadOnlySpan<PoolEntry> Span => entries.AsSpan(0, count);
}

/// <summary>What a proposal chooses from.</summary>
/// <param name="Queues">One for each account with something that can run.</param>
/// <param name="Bytes">Of all their transactions.</param>
/// <param name="Count">Of all their transactions.</param>
internal readonly record struct PoolSnapshot(IReadOnlyList<QueueView> Queues, long Bytes, int Count);
