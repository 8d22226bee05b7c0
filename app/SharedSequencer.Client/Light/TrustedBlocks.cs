using SharedSequencer.CometBft.Types;

namespace SharedSequencer.Client.Light;

/// <summary>Trusted light blocks by height, no more than a bound: the lowest and the newest stay.</summary>
internal sealed class TrustedBlocks(int maximum)
{
    private readonly SortedList<long, LightBlock> _blocks = [];

    public int Count => _blocks.Count;

    public LightBlock Lowest => _blocks.Values[0];

    public LightBlock Newest => _blocks.Values[^1];

    public IEnumerable<LightBlock> All => _blocks.Values;

    public LightBlock? Find(long height) => _blocks.GetValueOrDefault(height);

    /// <summary>The nearest below a height, or null.</summary>
    public LightBlock? Below(long height) => FirstAtOrAbove(height) is > 0 and var place ? _blocks.Values[place - 1] : null;

    /// <summary>The nearest above a height that is not trusted itself, or null.</summary>
    public LightBlock? Above(long height) => FirstAtOrAbove(height) is var place && place < _blocks.Count ? _blocks.Values[place] : null;

    public void Add(LightBlock block)
    {
        _blocks[block.Height] = block;
        if (_blocks.Count > maximum)
            _blocks.RemoveAt(1);
    }

    public void Clear() => _blocks.Clear();

    private int FirstAtOrAbove(long height)
    {
        var (low, high) = (0, _blocks.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_blocks.Keys[middle] < height)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
