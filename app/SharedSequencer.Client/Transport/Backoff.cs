namespace SharedSequencer.Client.Transport;

/// <summary>Waits that double between failures, with jitter so that many clients do not come back at once.</summary>
internal sealed class Backoff(SequencerClientOptions options)
{
    private TimeSpan _next = options.FirstBackoff;
    private long _failingSince = -1;

    /// <summary>The connection works again.</summary>
    public void Reset()
    {
        _next = options.FirstBackoff;
        _failingSince = -1;
    }

    /// <summary>Waits, or rethrows <paramref name="fault"/> when it has failed for longer than allowed.</summary>
    public async Task WaitAsync(Exception fault, CancellationToken cancellation)
    {
        var now = Environment.TickCount64;
        if (_failingSince < 0)
            _failingSince = now;
        if (options.StreamGiveUpAfter != Timeout.InfiniteTimeSpan && now - _failingSince >= options.StreamGiveUpAfter.TotalMilliseconds)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(fault);
        await Task.Delay(_next * (0.5 + (Random.Shared.NextDouble() / 2)), cancellation).ConfigureAwait(false);
        _next = TimeSpan.FromTicks(Math.Min(_next.Ticks * 2, options.MaximumBackoff.Ticks));
    }
}
