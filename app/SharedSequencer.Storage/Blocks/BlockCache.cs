namespace SharedSequencer.Storage.Blocks;

/// <summary>The blocks that were used last, up to a number of bytes: followers at the tip read no disk.</summary>
internal sealed class BlockCache(long capacity)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, LinkedListNode<(StoredBlock Block, long Cost)>> _byHeight = [];
    private readonly LinkedList<(StoredBlock Block, long Cost)> _byUse = [];
    private long _held;

    public StoredBlock? Find(long height)
    {
        lock (_gate)
        {
            if (!_byHeight.TryGetValue(height, out var node))
                return null;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Block;
        }
    }

    /// <summary>Takes a block in; what was used longest ago makes room. A block that is there already stays.</summary>
    public void Add(StoredBlock block)
    {
        var cost = block.Cost;
        lock (_gate)
        {
            var height = block.Summary.Height;
            if (cost > capacity || _byHeight.ContainsKey(height))
                return;
            _byHeight.Add(height, _byUse.AddFirst((block, cost)));
            _held += cost;
            while (_held > capacity && _byUse.Last is { } last)
            {
                _byUse.RemoveLast();
                _byHeight.Remove(last.Value.Block.Summary.Height);
                _held -= last.Value.Cost;
            }
        }
    }

    public void Remove(long height)
    {
        lock (_gate)
        {
            if (!_byHeight.Remove(height, out var node))
                return;
            _byUse.Remove(node);
            _held -= node.Value.Cost;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _byHeight.Clear();
            _byUse.Clear();
            _held = 0;
        }
    }
}
