namespace SharedSequencer.Bitcoin;

/// <summary>One output of one transaction.</summary>
public readonly record struct OutPoint(BitcoinHash Txid, uint Index) : IComparable<OutPoint>
{
    /// <summary>What the only input of a coinbase names: no output at all.</summary>
    public static OutPoint None => new(BitcoinHash.Zero, uint.MaxValue);

    public int CompareTo(OutPoint other)
    {
        var order = Txid.CompareTo(other.Txid);
        return order != 0 ? order : Index.CompareTo(other.Index);
    }

    public override string ToString() => $"{Txid}:{Index}";

    internal void Write(BitcoinWriter writer)
    {
        writer.Bytes(Txid.Span);
        writer.UInt32(Index);
    }
}
