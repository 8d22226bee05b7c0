namespace SharedSequencer.Node.Api;

/// <summary>How many event streams are open at a time.</summary>
public sealed class StreamLimit(int maximum)
{
    private int _open;

    /// <summary>Counts a stream until it is disposed of.</summary>
    /// <exception cref="Hosting.Http.ProblemException">503: that many are open.</exception>
    public IDisposable Open()
    {
        if (Interlocked.Increment(ref _open) <= maximum)
            return new Opened(this);
        Interlocked.Decrement(ref _open);
        throw Answer.Busy($"{maximum} event streams are open, which is the limit. Try again later, or ask another node.");
    }

    private sealed class Opened(StreamLimit limit) : IDisposable
    {
        private int _isOpen = 1;

        public void Dispose() => Interlocked.Add(ref limit._open, -Interlocked.Exchange(ref _isOpen, 0));
    }
}
