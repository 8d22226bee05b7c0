using SharedSequencer.Merkle;
using SharedSequencer.Primitives;

namespace SharedSequencer.CometBft.Types;

/// <summary>The transactions of a block as its header binds them: a tree whose leaves are their SHA-256 hashes.</summary>
public static class TransactionList
{
    /// <summary>The header's data_hash.</summary>
    public static Hash256 Hash(IReadOnlyList<ReadOnlyMemory<byte>> transactions) => MerkleTree.RootOf(LeafHashes(transactions));

    /// <summary>The tree under data_hash, for proving one transaction at its index.</summary>
    public static MerkleTree Tree(IReadOnlyList<ReadOnlyMemory<byte>> transactions) => MerkleTree.Build(LeafHashes(transactions));

    /// <summary>The hash of a transaction's leaf in that tree.</summary>
    public static Hash256 LeafHash(ReadOnlySpan<byte> transaction) => MerkleHash.Leaf(Hash256.Of(transaction).Span);

    private static Hash256[] LeafHashes(IReadOnlyList<ReadOnlyMemory<byte>> transactions)
    {
        var hashes = new Hash256[transactions.Count];
        for (var i = 0; i < hashes.Length; i++)
            hashes[i] = LeafHash(transactions[i].Span);
        return hashes;
    }
}
