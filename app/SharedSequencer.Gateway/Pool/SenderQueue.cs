using System.Numerics;

namespace SharedSequencer.Gateway.Pool;

/// <summary>One account's transactions in flight, by nonce.</summary>
internal sealed class SenderQueue
{
    private readonly SortedList<ulong, PendingTransaction> _byNonce = [];
    private TaskCompletionSource _changed = NewSignal();

    public int Count => _byNonce.Count;

    /// <summary>Attempts that wait for a change.</summary>
    public int Waiters { get; set; }

    public Task Changed => _changed.Task;

    public PendingTransaction? At(ulong nonce) => _byNonce.GetValueOrDefault(nonce);

    public void Add(PendingTransaction pending)
    {
        _byNonce.Add(pending.Transaction.Nonce, pending);
        SignalChange();
    }

    public bool Remove(PendingTransaction pending)
    {
        if (At(pending.Transaction.Nonce) != pending)
            return false;
        _byNonce.Remove(pending.Transaction.Nonce);
        SignalChange();
        return true;
    }

    /// <summary>The first nonce from <paramref name="executed"/> on that is not in flight.</summary>
    public ulong NextNonce(ulong executed)
    {
        var next = executed;
        while (_byNonce.ContainsKey(next))
            next++;
        return next;
    }

    /// <summary>The most that the transactions from <paramref name="executed"/> on can cost, in wei.</summary>
    public BigInteger MaximumCost(ulong executed)
    {
        var sum = BigInteger.Zero;
        foreach (var (nonce, pending) in _byNonce)
        {
            if (nonce >= executed)
                sum += pending.Transaction.MaxCost;
        }

        return sum;
    }

    /// <summary>Those after a nonce that are not on the node yet: without their predecessor they cannot run.</summary>
    public List<PendingTransaction> QueuedAfter(ulong nonce) =>
        [.. _byNonce.Values.Where(p => p.Transaction.Nonce > nonce && p.Stage == PendingStage.Queued)];

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void SignalChange()
    {
        _changed.SetResult();
        _changed = NewSignal();
    }
}
