namespace SharedSequencer.Bitcoin;

/// <summary>Bitcoin's Merkle tree over txids: an odd level repeats its last node.</summary>
public static class BitcoinMerkle
{
    /// <summary>
    /// The root. <paramref name="ambiguous"/> is true when two equal nodes stand side by side: then another list of
    /// transactions has the same root (CVE-2012-2459), and the list must be refused.
    /// </summary>
    /// <exception cref="ArgumentException">The list is empty.</exception>
    public static BitcoinHash Root(IReadOnlyList<BitcoinHash> txids, out bool ambiguous)
    {
        ambiguous = false;
        var level = Copy(txids);
        while (level.Length > 1)
            level = Up(level, ref ambiguous);
        return level[0];
    }

    /// <summary>The branch from one transaction to the root.</summary>
    public static MerkleBranch Branch(IReadOnlyList<BitcoinHash> txids, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, txids.Count);
        var siblings = new List<BitcoinHash>();
        var ambiguous = false;
        var level = Copy(txids);
        for (var position = index; level.Length > 1; position >>= 1)
        {
            siblings.Add(level[Math.Min(position ^ 1, level.Length - 1)]);
            level = Up(level, ref ambiguous);
        }

        return new MerkleBranch((uint)index, siblings);
    }

    private static BitcoinHash[] Copy(IReadOnlyList<BitcoinHash> txids) =>
        txids.Count > 0 ? [.. txids] : throw new ArgumentException("A block has at least one transaction.", nameof(txids));

    private static BitcoinHash[] Up(BitcoinHash[] level, ref bool ambiguous)
    {
        var above = new BitcoinHash[(level.Length + 1) / 2];
        for (var i = 0; i < above.Length; i++)
        {
            var left = level[2 * i];
            var hasRight = (2 * i) + 1 < level.Length;
            var right = hasRight ? level[(2 * i) + 1] : left;
            ambiguous |= hasRight && left == right;
            above[i] = BitcoinHash.OfPair(left, right);
        }

        return above;
    }
}
