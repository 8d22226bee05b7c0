using SharedSequencer.Primitives;

namespace SharedSequencer.Merkle;

/// <summary>
/// An RFC 6962 tree with all its nodes in memory, for making proofs. Immutable. CometBFT's <c>crypto/merkle</c> is the
/// same tree (data_hash, header hash, part sets, simple maps).
/// </summary>
public sealed class MerkleTree
{
    /// <summary>Leaves to the power of two that an array of nodes can hold.</summary>
    public const int MaximumCount = 1 << 29;

    private readonly Hash256[] _nodes;
    private readonly int[] _offsets;

    private MerkleTree(Hash256[] nodes, int[] offsets, int count)
    {
        _nodes = nodes;
        _offsets = offsets;
        Count = count;
    }

    /// <summary>The number of leaves.</summary>
    public int Count { get; }

    /// <summary>The root; SHA-256 of no bytes when there are no leaves.</summary>
    public Hash256 Root => Count == 0 ? MerkleHash.EmptyRoot : _nodes[^1];

    /// <summary>Builds the tree over the hashes of its leaves (<see cref="MerkleHash.Leaf"/>).</summary>
    /// <exception cref="ArgumentException">There are more than <see cref="MaximumCount"/> leaves.</exception>
    public static MerkleTree Build(ReadOnlySpan<Hash256> leafHashes)
    {
        if (leafHashes.Length > MaximumCount)
            throw new ArgumentException($"A tree in memory has at most {MaximumCount} leaves; {leafHashes.Length} were given.", nameof(leafHashes));
        var offsets = TreeShape.LevelOffsets(leafHashes.Length);
        var nodes = new Hash256[offsets[^1]];
        leafHashes.CopyTo(nodes);
        for (var level = 1; level + 1 < offsets.Length; level++)
        {
            CombineLevel(
                nodes.AsSpan(offsets[level - 1], offsets[level] - offsets[level - 1]),
                nodes.AsSpan(offsets[level], offsets[level + 1] - offsets[level]));
        }

        return new MerkleTree(nodes, offsets, leafHashes.Length);
    }

    /// <summary>The root over the hashes of leaves, keeping no node.</summary>
    public static Hash256 RootOf(ReadOnlySpan<Hash256> leafHashes)
    {
        if (leafHashes.Length == 0)
            return MerkleHash.EmptyRoot;
        var level = leafHashes.ToArray();
        var width = level.Length;
        while (width > 1)
        {
            var above = (width + 1) / 2;
            CombineLevel(level.AsSpan(0, width), level.AsSpan(0, above));
            width = above;
        }

        return level[0];
    }

    /// <summary>The hash of the leaf at <paramref name="index"/>.</summary>
    public Hash256 LeafHash(int index)
    {
        CheckIndex(index);
        return _nodes[index];
    }

    /// <summary>Proves that the leaf at <paramref name="index"/> is in the tree.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such leaf.</exception>
    public InclusionProof ProveInclusion(int index)
    {
        CheckIndex(index);
        var aunts = new List<Hash256>(_offsets.Length);
        for (var level = 0; level + 2 < _offsets.Length; level++)
        {
            var sibling = (index >> level) ^ 1;
            if (_offsets[level] + sibling < _offsets[level + 1])
                aunts.Add(_nodes[_offsets[level] + sibling]);
        }

        return new InclusionProof((ulong)Count, (ulong)index, _nodes[index], [.. aunts]);
    }

    /// <summary>Proves that the tree over the first <paramref name="oldCount"/> leaves is a prefix of this one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The tree has fewer leaves.</exception>
    public ConsistencyProof ProveConsistency(int oldCount)
    {
        if (oldCount < 0 || oldCount > Count)
            throw new ArgumentOutOfRangeException(nameof(oldCount), oldCount, $"The tree has {Count} leaves.");
        var path = new List<Hash256>();
        if (oldCount > 0)
            AddSubProof(path, oldCount, 0, Count, isOldRoot: true);
        return new ConsistencyProof((ulong)oldCount, (ulong)Count, [.. path]);
    }

    /// <summary>SUBPROOF of RFC 6962 section 2.1.2, over the leaves start … start + count.</summary>
    private void AddSubProof(List<Hash256> path, int oldCount, int start, int count, bool isOldRoot)
    {
        if (oldCount == count)
        {
            // The verifier holds the old root itself.
            if (!isOldRoot)
                path.Add(Subtree(start, count));
            return;
        }

        var split = TreeShape.Split(count);
        if (oldCount <= split)
        {
            AddSubProof(path, oldCount, start, split, isOldRoot);
            path.Add(Subtree(start + split, count - split));
        }
        else
        {
            AddSubProof(path, oldCount - split, start + split, count - split, isOldRoot: false);
            path.Add(Subtree(start, split));
        }
    }

    private Hash256 Subtree(int start, int count)
    {
        var level = TreeShape.Height(count);
        return _nodes[_offsets[level] + (start >> level)];
    }

    /// <summary>Combines pairs; a last node without a sibling moves up. May work in place: it writes behind its reading.</summary>
    private static void CombineLevel(ReadOnlySpan<Hash256> below, Span<Hash256> above)
    {
        var hashing = new Sha256Batch(above);
        for (var i = 0; i < below.Length / 2; i++)
            hashing.AddPair(i, MerkleHash.InnerPrefix, below[2 * i], below[(2 * i) + 1]);
        hashing.Flush();
        if (below.Length % 2 == 1)
            above[below.Length / 2] = below[^1];
    }

    private void CheckIndex(int index)
    {
        if (index < 0 || index >= Count)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"The tree has {Count} leaves.");
    }
}
