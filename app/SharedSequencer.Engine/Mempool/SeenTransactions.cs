using SharedSequencer.Primitives;

namespace SharedSequencer.Engine.Mempool;

/// <summary>The ids of transactions that came lately, the oldest forgotten first. Not safe on several threads.</summary>
internal sealed class SeenTransactions(int capacity)
{
    private readonly Dictionary<Hash256, LinkedListNode<Hash256>> _places = [];
    private readonly LinkedList<Hash256> _order = [];

    /// <returns>False when it was there; it is the newest again then.</returns>
    public bool Add(Hash256 id)
    {
        if (_places.TryGetValue(id, out var place))
        {
            _order.Remove(place);
            _order.AddLast(place);
            return false;
        }

        if (_places.Count >= capacity)
        {
            _places.Remove(_order.First!.Value);
            _order.RemoveFirst();
        }

        _places.Add(id, _order.AddLast(id));
        return true;
    }

    public void Remove(Hash256 id)
    {
        if (_places.Remove(id, out var place))
            _order.Remove(place);
    }
}
