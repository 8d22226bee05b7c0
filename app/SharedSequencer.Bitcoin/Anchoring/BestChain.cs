namespace SharedSequencer.Bitcoin.Anchoring;

/// <summary>The newest headers of Bitcoin's best chain as far as we have followed it, each building on the one before.</summary>
internal sealed class BestChain(int capacity)
{
    private readonly List<BlockHeader> _headers = [];

    /// <summary>The height of the first header that is kept.</summary>
    public uint FirstHeight { get; private set; }

    public bool IsEmpty => _headers.Count == 0;

    public uint TipHeight => FirstHeight + (uint)_headers.Count - 1;

    public BlockHeader Tip => _headers[^1];

    public IReadOnlyList<BlockHeader> Headers => _headers;

    /// <summary>Forgets all; the next header is the one of this height.</summary>
    public void Restart(uint height)
    {
        _headers.Clear();
        FirstHeight = height;
    }

    /// <exception cref="ArgumentException">The header does not build on the tip.</exception>
    public void Append(BlockHeader header)
    {
        if (!IsEmpty && header.Previous != Tip.Hash)
            throw new ArgumentException($"Bitcoin block {header.Hash} does not build on {Tip.Hash}.", nameof(header));
        _headers.Add(header);
        if (_headers.Count > capacity)
        {
            _headers.RemoveAt(0);
            FirstHeight++;
        }
    }

    public void RemoveTip() => _headers.RemoveAt(_headers.Count - 1);

    /// <summary>Blocks from this height to the tip, both included; 0 above the tip.</summary>
    public int ConfirmationsAt(uint height) => IsEmpty || height > TipHeight ? 0 : (int)(TipHeight - height + 1);

    /// <summary>Up to <paramref name="count"/> headers from a height on; empty when that height is no longer kept.</summary>
    public IReadOnlyList<BlockHeader> From(uint height, int count) => height < FirstHeight || IsEmpty || height > TipHeight
        ? []
        : _headers.GetRange((int)(height - FirstHeight), Math.Min(count, ConfirmationsAt(height)));
}
