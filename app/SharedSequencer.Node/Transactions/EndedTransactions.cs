using SharedSequencer.Application.Ports;
using SharedSequencer.Primitives;

namespace SharedSequencer.Node.Transactions;

/// <summary>
/// How the last transactions that did not reach a block ended: kept in memory, the newest so many. It is a service to
/// their senders, no part of the chain.
/// </summary>
public sealed class EndedTransactions(int capacity = 50_000)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Hash256, LinkedListNode<(Hash256 Id, PoolEnding Ending)>> _byId = [];
    private readonly LinkedList<(Hash256 Id, PoolEnding Ending)> _byAge = [];

    /// <summary>Notes an ending; the oldest one makes room.</summary>
    public void Add(Hash256 id, PoolEnding ending)
    {
        lock (_gate)
        {
            Remove(id);
            _byId.Add(id, _byAge.AddLast((id, ending)));
            while (_byId.Count > capacity)
                Remove(_byAge.First!.Value.Id);
        }
    }

    /// <summary>The transaction is tried anew.</summary>
    public void Forget(Hash256 id)
    {
        lock (_gate)
            Remove(id);
    }

    public PoolEnding? Find(Hash256 id)
    {
        lock (_gate)
            return _byId.TryGetValue(id, out var node) ? node.Value.Ending : null;
    }

    private void Remove(Hash256 id)
    {
        if (_byId.Remove(id, out var node))
            _byAge.Remove(node);
    }
}
