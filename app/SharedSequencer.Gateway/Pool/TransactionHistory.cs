using SharedSequencer.Evm;
using SharedSequencer.Gateway.Configuration;

namespace SharedSequencer.Gateway.Pool;

/// <summary>Ethereum hash → place in the sequencer, for the newest transactions; the one that was not used for longest falls out first.</summary>
internal sealed class TransactionHistory(GatewayOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<EvmHash, LinkedListNode<(EvmHash Hash, TransactionPlace Place)>> _byHash = [];
    private readonly LinkedList<(EvmHash Hash, TransactionPlace Place)> _byUse = [];

    public int Count
    {
        get
        {
            lock (_lock)
                return _byHash.Count;
        }
    }

    public TransactionPlace? Find(EvmHash hash)
    {
        lock (_lock)
        {
            if (!_byHash.TryGetValue(hash, out var node))
                return null;
            Touch(node);
            return node.Value.Place;
        }
    }

    /// <summary>Remembers a place, made from the one that is known, or null.</summary>
    public void Update(EvmHash hash, Func<TransactionPlace?, TransactionPlace> change)
    {
        lock (_lock)
        {
            if (_byHash.TryGetValue(hash, out var node))
            {
                node.Value = (hash, change(node.Value.Place));
                Touch(node);
                return;
            }

            _byHash.Add(hash, _byUse.AddLast((hash, change(null))));
            if (_byHash.Count <= options.History)
                return;
            _byHash.Remove(_byUse.First!.Value.Hash);
            _byUse.RemoveFirst();
        }
    }

    private void Touch(LinkedListNode<(EvmHash Hash, TransactionPlace Place)> node)
    {
        _byUse.Remove(node);
        _byUse.AddLast(node);
    }
}
