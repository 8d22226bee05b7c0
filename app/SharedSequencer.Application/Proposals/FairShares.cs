using SharedSequencer.Application.Mempool;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol;

namespace SharedSequencer.Application.Proposals;

/// <summary>
/// The bytes of a block that each waiting namespace is guaranteed: in proportion to its deposit among those that wait.
/// A namespace that got nothing, because its next transaction is larger than its share, saves the share up for the
/// next height. Fairness is the proposer's choice, not a rule of validity: each node keeps its own account.
/// </summary>
/// <param name="guaranteedPercent">The part of the block that is shared out.</param>
internal sealed class FairShares(int guaranteedPercent)
{
    private const long MostSaved = 2 * Limits.TransactionBytes;

    private Dictionary<NamespaceId, long> _saved = [];
    private Dictionary<NamespaceId, long> _next = [];
    private long _height;

    /// <summary>The allowances for a block. Several rounds of one height start from the same savings.</summary>
    /// <param name="deposits">Of every namespace that waits, in useq.</param>
    /// <param name="room">Bytes of the block, with framing.</param>
    public Dictionary<NamespaceId, Allowance> Open(long height, IReadOnlyDictionary<NamespaceId, ulong> deposits, long room)
    {
        if (height != _height)
            (_height, _saved) = (height, _next);
        UInt128 total = 0;
        foreach (var deposit in deposits.Values)
            total += deposit;
        Dictionary<NamespaceId, Allowance> allowances = new(deposits.Count);
        foreach (var (id, deposit) in deposits)
        {
            var share = total == 0 ? 0 : (long)((UInt128)room * (UInt128)guaranteedPercent / 100 * deposit / total);
            allowances.Add(id, new Allowance(Math.Min(share + _saved.GetValueOrDefault(id), Math.Max(share, MostSaved))));
        }

        return allowances;
    }

    /// <summary>Keeps the shares of those that got nothing.</summary>
    public void Close(Dictionary<NamespaceId, Allowance> allowances)
    {
        _next = [];
        foreach (var (id, allowance) in allowances)
        {
            if (allowance.Used == 0)
                _next.Add(id, allowance.Bytes);
        }
    }
}

/// <summary>What one namespace may take of a block before the rest goes by tip.</summary>
internal sealed class Allowance(long bytes)
{
    public long Bytes => bytes;

    /// <summary>What it took, with what it got by tip.</summary>
    public long Used { get; set; }
}
