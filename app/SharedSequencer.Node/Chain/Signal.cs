namespace SharedSequencer.Node.Chain;

/// <summary>
/// Wakes all who wait for something to have changed. Take <see cref="Next"/> before looking at what may have changed,
/// and wait for it afterwards: so nothing is missed.
/// </summary>
public sealed class Signal
{
    private TaskCompletionSource? _next;

    /// <summary>Done at the next <see cref="Raise"/>.</summary>
    public Task Next
    {
        get
        {
            if (Volatile.Read(ref _next) is { } waited)
                return waited.Task;
            var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return (Interlocked.CompareExchange(ref _next, mine, null) ?? mine).Task;
        }
    }

    /// <summary>Wakes the waiters on other threads: returns at once however many there are, and costs nothing when there are none.</summary>
    public void Raise()
    {
        if (Interlocked.Exchange(ref _next, null) is { } waited)
            ThreadPool.UnsafeQueueUserWorkItem(static done => done.TrySetResult(), waited, preferLocal: false);
    }
}
