using SharedSequencer.Primitives;

namespace SharedSequencer.Application.Mempool;

/// <summary>
/// The guaranteed part of the pool: each namespace has room there in proportion to its deposit, among all deposits that
/// are known. A thousand namespaces of one owner have together what one with the sum of their deposits has.
/// </summary>
internal sealed class DepositShares(ApplicationOptions options)
{
    private readonly Dictionary<NamespaceId, Holding> _holdings = [];
    private UInt128 _deposits;

    /// <summary>Notes a namespace's deposit, in useq.</summary>
    public void Learn(NamespaceId id, ulong deposit)
    {
        if (!_holdings.TryGetValue(id, out var holding))
            _holdings.Add(id, holding = new Holding());
        _deposits = _deposits - holding.Deposit + deposit;
        holding.Deposit = deposit;
    }

    /// <summary>Whether a transaction fits the guaranteed room of every namespace it touches.</summary>
    public bool Fits(NamespaceDemand[] demands)
    {
        foreach (var demand in demands)
        {
            if (!_holdings.TryGetValue(demand.Namespace, out var holding))
            {
                Learn(demand.Namespace, demand.Deposit);
                holding = _holdings[demand.Namespace];
            }

            if (holding.Bytes + demand.Bytes > Share(holding, options.PoolBytes) || holding.Count + 1 > Share(holding, options.PoolCount))
                return false;
        }

        return demands.Length > 0;
    }

    public void Add(NamespaceDemand[] demands)
    {
        foreach (var demand in demands)
        {
            var holding = _holdings[demand.Namespace];
            holding.Bytes += demand.Bytes;
            holding.Count++;
        }
    }

    public void Remove(NamespaceDemand[] demands)
    {
        foreach (var demand in demands)
        {
            var holding = _holdings[demand.Namespace];
            holding.Bytes -= demand.Bytes;
            holding.Count--;
        }
    }

    private long Share(Holding holding, long whole) =>
        _deposits == 0 ? 0 : (long)((UInt128)whole * (UInt128)options.GuaranteedPercent / 100 * holding.Deposit / _deposits);

    private sealed class Holding
    {
        public ulong Deposit { get; set; }

        public long Bytes { get; set; }

        public int Count { get; set; }
    }
}
