namespace SharedSequencer.Bitcoin.Anchoring;

/// <summary>Where a transaction stands in the best chain, and what shows it.</summary>
public sealed record Inclusion(
    uint Height, BitcoinHash Block, MerkleBranch Branch, BitcoinTransaction Coinbase, IReadOnlyList<BitcoinHash> CoinbaseSiblings)
{
    /// <summary>Of the transaction at an index of a block.</summary>
    public static Inclusion In(BitcoinBlock block, uint height, int index)
    {
        var txids = block.Txids();
        return new Inclusion(
            height, block.Hash, BitcoinMerkle.Branch(txids, index), block.Transactions[0], BitcoinMerkle.Branch(txids, 0).Siblings);
    }
}
