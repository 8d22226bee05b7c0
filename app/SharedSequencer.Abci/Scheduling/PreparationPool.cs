using System.Diagnostics.CodeAnalysis;
using SharedSequencer.Abci.Calls;

namespace SharedSequencer.Abci.Scheduling;

/// <summary>
/// Threads that run the first phase of pipelined transactions. They are its own, so that a flood of signatures never
/// keeps the thread pool from a consensus call, an API request or a timer.
/// </summary>
/// <remarks>What waits here also waits in the queue of a connection, which bounds it.</remarks>
internal sealed class PreparationPool : IDisposable
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(2);

    private readonly IMempoolCalls _mempool;
    private readonly object _gate = new();
    private readonly Queue<PendingCall> _calls = new();
    private readonly Thread[] _threads;
    private bool _stopping;

    public PreparationPool(IMempoolCalls mempool, int threads)
    {
        _mempool = mempool;
        _threads = new Thread[threads];
        for (var i = 0; i < threads; i++)
        {
            _threads[i] = new Thread(Run) { IsBackground = true, Name = $"abci prepare {i}" };
            _threads[i].Start();
        }
    }

    public void Add(PendingCall call)
    {
        lock (_gate)
        {
            _calls.Enqueue(call);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Takes a call to help with. It may have been claimed meanwhile.</summary>
    public bool TryTake([NotNullWhen(true)] out PendingCall? call)
    {
        lock (_gate)
            return _calls.TryDequeue(out call);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            _calls.Clear();
            Monitor.PulseAll(_gate);
        }

        // The first phase never blocks; one that does, against its contract, must not keep the process from ending.
        foreach (var thread in _threads)
            thread.Join(s_grace);
    }

    private void Run()
    {
        while (TakeOrWait() is { } call)
            call.TryPrepare(_mempool);
    }

    private PendingCall? TakeOrWait()
    {
        lock (_gate)
        {
            PendingCall? call;
            while (!_calls.TryDequeue(out call) && !_stopping)
                Monitor.Wait(_gate);
            return _stopping ? null : call;
        }
    }
}
