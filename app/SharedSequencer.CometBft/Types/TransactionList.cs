using SharedSequencer.Primitives;

namespace SharedSequencer.CometBft.Types;

/// <summary>The transactions of a block as its header binds them.</summary>
public static class TransactionList
{
    /// <summary>The header's data_hash: an RFC 6962 root whose leaves are the transactions' own SHA-256 hashes.</summary>
    public static Hash256 Hash(IReadOnlyList<ReadOnlyMemory<byte>> transactions)
    {
        var leaves = new byte[transactions.Count][];
        for (var i = 0; i < leaves.Length; i++)
            leaves[i] = Hash256.Of(transactions[i].Span).ToArray();
        return MerkleRoot.Of(leaves);
    }
}
