using SharedSequencer.Application.Mempool;
using SharedSequencer.StateMachine.Execution;

namespace SharedSequencer.Application.Proposals;

/// <summary>
/// The accounts' queues with how far a proposal has come in each. An account's next transaction is its head.
/// </summary>
internal sealed class CandidateQueues(IReadOnlyList<QueueView> queues, BlockFees fees)
{
    private readonly int[] _next = new int[queues.Count];

    public int Count => queues.Count;

    /// <summary>The head of a queue, or null at its end.</summary>
    public PoolEntry? Head(int queue) => _next[queue] < queues[queue].Count ? queues[queue][_next[queue]] : null;

    public void Advance(int queue) => _next[queue]++;

    /// <summary>The place of an entry by what it tips at this block's prices; what cannot pay stands last, and fails when it is tried.</summary>
    public TipOrder OrderOf(PoolEntry entry)
    {
        _ = entry.Offer.TryTip(fees, entry.Demands, out var tip);
        return new TipOrder(tip, entry.Arrival);
    }
}

/// <summary>The higher tip first; of equal ones the older.</summary>
internal readonly record struct TipOrder(ulong Tip, ulong Arrival) : IComparable<TipOrder>
{
    public int CompareTo(TipOrder other)
    {
        var byTip = other.Tip.CompareTo(Tip);
        return byTip != 0 ? byTip : Arrival.CompareTo(other.Arrival);
    }
}
