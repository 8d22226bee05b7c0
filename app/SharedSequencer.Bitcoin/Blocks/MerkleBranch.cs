namespace SharedSequencer.Bitcoin;

/// <summary>The siblings from one transaction of a block up to the Merkle root, and the transaction's index in the block.</summary>
public sealed record MerkleBranch(uint Index, IReadOnlyList<BitcoinHash> Siblings)
{
    /// <summary>2^20 transactions are more than any block can hold.</summary>
    public const int MaximumDepth = 20;

    /// <summary>
    /// The root that the branch leads to. False when the branch is no one's: too deep, an index outside the tree
    /// (index &gt;&gt; depth must be 0), or the repeated copy of an odd level's last node, which would give one
    /// transaction two indexes (CVE-2012-2459).
    /// </summary>
    public bool TryComputeRoot(BitcoinHash txid, out BitcoinHash root)
    {
        root = default;
        if (Siblings.Count > MaximumDepth || Index >> Siblings.Count != 0)
            return false;

        var node = txid;
        var position = Index;
        foreach (var sibling in Siblings)
        {
            var isRight = (position & 1) == 1;
            if (isRight && node == sibling)
                return false;
            node = isRight ? BitcoinHash.OfPair(sibling, node) : BitcoinHash.OfPair(node, sibling);
            position >>= 1;
        }

        root = node;
        return true;
    }
}
