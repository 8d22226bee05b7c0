namespace SharedSequencer.Node.Api;

/// <summary>How many of a kind of request are worked on at a time; as many again wait, the others are told to come back.</summary>
/// <param name="atATime">At least 1.</param>
/// <param name="what">What they are, for those who are told.</param>
public sealed class WorkLimit(int atATime, string what = "submissions") : IDisposable
{
    private readonly SemaphoreSlim _slots = new(atATime);
    private int _waiting;

    /// <summary>Runs the work when a slot is free.</summary>
    /// <exception cref="Hosting.Http.ProblemException">503: too many wait already.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        if (!_slots.Wait(0, CancellationToken.None))
            await WaitAsync(cancellation);
        try
        {
            return await work();
        }
        finally
        {
            _slots.Release();
        }
    }

    public void Dispose() => _slots.Dispose();

    private async Task WaitAsync(CancellationToken cancellation)
    {
        try
        {
            if (Interlocked.Increment(ref _waiting) > atATime)
                throw Answer.Busy($"This node has as many {what} in work as it can. Try again soon.");
            await _slots.WaitAsync(cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
