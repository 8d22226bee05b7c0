namespace SharedSequencer.Node.Api;

/// <summary>Bytes that request bodies may take in memory, all together.</summary>
public sealed class ByteBudget(long bytes)
{
    private long _left = bytes;

    /// <summary>Takes a part of the budget; null when too little is left.</summary>
    public IDisposable? TryTake(long count)
    {
        if (Interlocked.Add(ref _left, -count) >= 0)
            return new Part(this, count);
        Interlocked.Add(ref _left, count);
        return null;
    }

    private sealed class Part(ByteBudget budget, long count) : IDisposable
    {
        private long _count = count;

        public void Dispose() => Interlocked.Add(ref budget._left, Interlocked.Exchange(ref _count, 0));
    }
}
