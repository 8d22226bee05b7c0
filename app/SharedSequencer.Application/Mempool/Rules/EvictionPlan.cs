namespace SharedSequencer.Application.Mempool.Rules;

/// <summary>Chooses who leaves to make room for a candidate, and changes nothing.</summary>
internal sealed class EvictionPlan(PoolBooks books, Candidate candidate)
{
    private readonly PriorityQueue<(AccountQueue Queue, int Index), ulong> _behind = new();
    private int _count;
    private long _bytes;

    private bool IsDone => _count <= 0 && _bytes <= 0;

    /// <summary>Adds to the candidate's evictions until so many transactions and bytes are free; false when that cannot be.</summary>
    public bool TryFree(int count, long bytes)
    {
        (_count, _bytes) = (count, bytes);
        TakeParked();
        if (!IsDone && !candidate.IsParked)
            TakeTails();
        return IsDone;
    }

    private void TakeParked()
    {
        foreach (var entry in books.Parked)
        {
            // What can run goes before what cannot; of two that wait the dearer stays.
            if (IsDone || (candidate.IsParked && entry.TipPerByte >= candidate.TipPerByte))
                return;
            if (entry.Sender != candidate.Transaction.Sender && !candidate.Evicted.Contains(entry))
                Take(entry);
        }
    }

    private void TakeTails()
    {
        using var tails = books.Tails.GetEnumerator();
        var more = tails.MoveNext();
        while (!IsDone)
        {
            AccountQueue queue;
            int index;
            if (_behind.TryPeek(out var next, out var rank) && (!more || rank <= tails.Current.Rank))
            {
                _behind.Dequeue();
                (queue, index) = next;
            }
            else if (more)
            {
                (rank, queue, index) = (tails.Current.Rank, tails.Current.Queue, tails.Current.Queue.Count - 1);
                more = tails.MoveNext();
            }
            else
            {
                return;
            }

            if (!candidate.IsGuaranteed && rank >= candidate.Rank)
                return;
            if (queue.Id == candidate.Transaction.Sender)
                continue;
            Take(queue[index]);
            if (index > 0 && !queue[index - 1].IsGuaranteed)
                _behind.Enqueue((queue, index - 1), queue.LowestTipBefore(index));
        }
    }

    private void Take(PoolEntry entry)
    {
        candidate.Evicted.Add(entry);
        _count--;
        _bytes -= entry.Bytes;
    }
}
