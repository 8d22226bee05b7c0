namespace SharedSequencer.Application.Mempool;

/// <summary>
/// The last transaction of an account with its rank: the lowest tip among it and those before it, as it cannot be
/// ordered earlier than they.
/// </summary>
internal readonly record struct TailKey(ulong Rank, ulong Arrival, AccountQueue Queue);

/// <summary>The lowest rank first; of equal ones the newest.</summary>
internal sealed class TailOrder : IComparer<TailKey>
{
    public int Compare(TailKey x, TailKey y)
    {
        var byRank = x.Rank.CompareTo(y.Rank);
        return byRank != 0 ? byRank : y.Arrival.CompareTo(x.Arrival);
    }
}

/// <summary>The lowest tip first; of equal ones the newest.</summary>
internal sealed class CheapestFirst : IComparer<PoolEntry>
{
    public int Compare(PoolEntry? x, PoolEntry? y)
    {
        var byTip = x!.TipPerByte.CompareTo(y!.TipPerByte);
        return byTip != 0 ? byTip : y.Arrival.CompareTo(x.Arrival);
    }
}

/// <summary>What must leave first, first.</summary>
internal sealed class DeadlineOrder : IComparer<PoolEntry>
{
    public int Compare(PoolEntry? x, PoolEntry? y)
    {
        var byTime = x!.Deadline.CompareTo(y!.Deadline);
        return byTime != 0 ? byTime : x.Arrival.CompareTo(y.Arrival);
    }
}

/// <summary>What the base fee passes first, first.</summary>
internal sealed class MaxBaseOrder : IComparer<PoolEntry>
{
    public int Compare(PoolEntry? x, PoolEntry? y)
    {
        var byFee = x!.MaxBase.CompareTo(y!.MaxBase);
        return byFee != 0 ? byFee : x.Arrival.CompareTo(y.Arrival);
    }
}
