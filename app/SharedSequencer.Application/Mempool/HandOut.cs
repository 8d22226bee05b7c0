using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Application.Mempool;

/// <summary>
/// Ids to be handed on, in order. What has left the pool by then is passed over, so it holds no transactions itself;
/// when nobody takes anything it is cleaned before it outgrows the pool.
/// </summary>
internal sealed class HandOut
{
    private const int Least = 1024;

    private Queue<Hash256> _ids = new();

    public void Add(Hash256 id, PoolBooks books)
    {
        if (_ids.Count >= Math.Max(Least, 2 * books.Count))
            _ids = new Queue<Hash256>(_ids.Where(known => books.Find(known) is not null).Distinct());
        _ids.Enqueue(id);
    }

    /// <summary>Takes what the pool still has, within bounds; one transaction larger than the bound is taken alone.</summary>
    /// <param name="maximumBytes">Of the transactions.</param>
    /// <param name="runnableOnly">What waits again is dropped: it comes back when it can run.</param>
    public IReadOnlyList<SignedTransaction> Take(PoolBooks books, int maximum, long maximumBytes, bool runnableOnly)
    {
        List<SignedTransaction> taken = [];
        while (taken.Count < maximum && _ids.TryPeek(out var id))
        {
            if (books.Find(id) is { } entry && !(runnableOnly && entry.IsParked))
            {
                maximumBytes -= entry.Bytes;
                if (maximumBytes < 0 && taken.Count > 0)
                    break;
                taken.Add(entry.Transaction);
            }

            _ids.Dequeue();
        }

        return taken;
    }

    public void Clear() => _ids.Clear();
}
