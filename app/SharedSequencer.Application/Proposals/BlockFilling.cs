using SharedSequencer.Application.Mempool;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol;
using SharedSequencer.StateMachine.Execution;

namespace SharedSequencer.Application.Proposals;

/// <summary>One block while it is being filled.</summary>
internal sealed class BlockFilling(TransactionPool pool, BlockExecution execution, CandidateQueues queues, long room)
{
    /// <summary>How often in a row a transaction may not fit before what it did not fit into counts as full.</summary>
    private const int MisfitsUntilFull = 100;

    private readonly long _whole = room;
    private readonly Dictionary<NamespaceId, int> _quotaMisfits = [];
    private readonly HashSet<int> _stopped = [];
    private Dictionary<NamespaceId, Allowance> _allowances = [];

    /// <summary>Bytes left, with framing.</summary>
    public long Room { get; private set; } = room;

    /// <summary>Gives every namespace its allowance, by tip within it. A bundle must fit the allowance of each namespace it touches.</summary>
    public void FillShares(Dictionary<NamespaceId, Allowance> allowances)
    {
        _allowances = allowances;
        SortedDictionary<NamespaceId, PriorityQueue<int, TipOrder>> heads = [];
        for (var queue = 0; queue < queues.Count; queue++)
            Offer(queue);

        // A round gives each namespace what it can take now; what stands behind for another namespace comes in the next.
        while (heads.Count > 0)
        {
            var round = heads;
            heads = [];
            foreach (var (id, byTip) in round)
                FillShare(id, byTip, Offer);
        }

        void Offer(int queue)
        {
            if (queues.Head(queue) is not { Demands: [var first, ..] } head)
                return;
            if (!heads.TryGetValue(first.Namespace, out var byTip))
                heads.Add(first.Namespace, byTip = new PriorityQueue<int, TipOrder>());
            byTip.Enqueue(queue, queues.OrderOf(head));
        }
    }

    /// <summary>Fills what is left, the highest tip first.</summary>
    public void FillByTip()
    {
        List<(int, TipOrder)> heads = new(queues.Count);
        for (var queue = 0; queue < queues.Count; queue++)
        {
            if (!_stopped.Contains(queue) && queues.Head(queue) is { } head)
                heads.Add((queue, queues.OrderOf(head)));
        }

        PriorityQueue<int, TipOrder> byTip = new(heads);
        var misfits = 0;
        while (misfits < MisfitsUntilFull && byTip.TryDequeue(out var queue, out _))
        {
            var head = queues.Head(queue)!;
            if (!Fits(head))
            {
                misfits++;
                continue;
            }

            if (!TryAdd(queue, head))
                continue;
            misfits = 0;
            if (queues.Head(queue) is { } next)
                byTip.Enqueue(queue, queues.OrderOf(next));
        }
    }

    public ExecutedBlock Seal() => execution.Seal();

    private void FillShare(NamespaceId id, PriorityQueue<int, TipOrder> byTip, Action<int> offer)
    {
        var misfits = 0;
        while (misfits < MisfitsUntilFull && byTip.TryDequeue(out var queue, out _))
        {
            var head = queues.Head(queue)!;
            if (Framing.Of(head.Bytes) > Room || !IsAllowed(head))
            {
                misfits++;
                continue;
            }

            if (!TryAdd(queue, head))
                continue;
            misfits = 0;
            if (queues.Head(queue) is { Demands: [var first, ..] } next && first.Namespace == id)
                byTip.Enqueue(queue, queues.OrderOf(next));
            else
                offer(queue);
        }
    }

    private bool IsAllowed(PoolEntry entry)
    {
        foreach (var demand in entry.Demands)
        {
            var allowance = _allowances[demand.Namespace];
            if (allowance.Used + demand.Bytes + Framing.Most > allowance.Bytes)
                return false;
        }

        return true;
    }

    /// <summary>Whether there is room. What would not fit an empty block leaves the pool: it never will.</summary>
    private bool Fits(PoolEntry entry)
    {
        var bytes = Framing.Of(entry.Bytes);
        if (bytes <= Room)
            return true;
        if (bytes > _whole)
            pool.NoteFailed(entry.Id, Verdict.Refuse(ResultCode.TooLarge, $"It takes {bytes} bytes of a block, which has room for {_whole}."));
        return false;
    }

    private bool TryAdd(int queue, PoolEntry entry)
    {
        // A quota that is used up need not be tried a hundred thousand times.
        if (entry.Demands is [var first, ..] && _quotaMisfits.GetValueOrDefault(first.Namespace) >= MisfitsUntilFull)
            return false;
        var verdict = execution.TryAdd(entry.Transaction);
        if (verdict.IsOk)
        {
            Room -= Framing.Of(entry.Bytes);
            queues.Advance(queue);
            foreach (var demand in entry.Demands)
            {
                if (_allowances.TryGetValue(demand.Namespace, out var allowance))
                    allowance.Used += demand.Bytes + Framing.Most;
            }

            return true;
        }

        _stopped.Add(queue);
        if (verdict.Code != ResultCode.QuotaExceeded)
            pool.NoteFailed(entry.Id, verdict);
        else
            _quotaMisfits[entry.Demands[0].Namespace] = _quotaMisfits.GetValueOrDefault(entry.Demands[0].Namespace) + 1;
        return false;
    }
}
