using SharedSequencer.Primitives;

namespace SharedSequencer.Merkle;

/// <summary>
/// A Namespaced Merkle Tree in the format of celestiaorg/nmt, its leaves sorted by namespace, with all nodes in memory,
/// so that each proof takes O(log n). Immutable.
/// </summary>
/// <remarks>
/// The namespace ff…ff is refused: nmt may treat it as padding or not, and without it both ways give the same root.
/// </remarks>
public sealed class NamespacedMerkleTree
{
    private readonly NamespacedHash[] _nodes;
    private readonly int[] _offsets;

    private NamespacedMerkleTree(NamespacedHash[] nodes, int[] offsets, int count)
    {
        _nodes = nodes;
        _offsets = offsets;
        Count = count;
    }

    /// <summary>The number of leaves.</summary>
    public int Count { get; }

    /// <summary>The root; its 48 bytes are the namespace root of a block.</summary>
    public NamespacedHash Root => Count == 0 ? NamespacedHash.Empty : _nodes[^1];

    /// <summary>Builds the tree over leaves that are sorted by namespace; within one their order is the caller's.</summary>
    /// <exception cref="ArgumentException">The leaves are not sorted, too many, or one has the namespace ff…ff.</exception>
    public static NamespacedMerkleTree Build(ReadOnlySpan<NamespacedLeaf> leaves)
    {
        CheckCount(leaves.Length);
        var offsets = TreeShape.LevelOffsets(leaves.Length);
        var nodes = new NamespacedHash[offsets[^1]];
        for (var i = 0; i < leaves.Length; i++)
            nodes[i] = NamespacedHash.Leaf(leaves[i].Namespace, leaves[i].Data.Span);
        return Build(nodes, offsets, leaves.Length);
    }

    /// <summary>Builds the tree over the nodes of leaves (<see cref="NamespacedHash.Leaf"/>), sorted by namespace.</summary>
    /// <exception cref="ArgumentException">As for leaves; or a node spans more than one namespace.</exception>
    public static NamespacedMerkleTree Build(ReadOnlySpan<NamespacedHash> leaves)
    {
        CheckCount(leaves.Length);
        var offsets = TreeShape.LevelOffsets(leaves.Length);
        var nodes = new NamespacedHash[offsets[^1]];
        leaves.CopyTo(nodes);
        return Build(nodes, offsets, leaves.Length);
    }

    /// <summary>The leaves of a namespace: from Start, before End. Both are the place it would have when it has none.</summary>
    public (int Start, int End) Range(NamespaceId id) => (FirstNotBelow(id), FirstAbove(id));

    /// <summary>Proves which leaves a namespace has: all of them, or that it has none.</summary>
    public NamespaceProof Prove(NamespaceId id)
    {
        if (Count == 0 || id.CompareTo(Root.Least) < 0 || id.CompareTo(Root.Greatest) > 0)
            return NamespaceProof.OutsideRoot;

        var (start, end) = Range(id);
        var isAbsent = start == end;
        if (isAbsent)
            end = start + 1;
        var nodes = new List<NamespacedHash>(2 * _offsets.Length);
        Collect(nodes, start, end, 0, Count);
        return new NamespaceProof(start, end, [.. nodes], isAbsent ? _nodes[start] : null);
    }

    private static NamespacedMerkleTree Build(NamespacedHash[] nodes, int[] offsets, int count)
    {
        CheckLeaves(nodes.AsSpan(0, count));
        var digests = new Hash256[(count + 1) / 2];
        for (var level = 1; level + 1 < offsets.Length; level++)
        {
            CombineLevel(
                nodes.AsSpan(offsets[level - 1], offsets[level] - offsets[level - 1]),
                nodes.AsSpan(offsets[level], offsets[level + 1] - offsets[level]),
                digests);
        }

        return new NamespacedMerkleTree(nodes, offsets, count);
    }

    /// <summary>Combines pairs, whose order the sorted leaves give; a last node without a sibling moves up.</summary>
    private static void CombineLevel(
        ReadOnlySpan<NamespacedHash> below, Span<NamespacedHash> above, Span<Hash256> digests)
    {
        var pairs = below.Length / 2;
        var hashing = new Sha256Batch(digests);
        for (var i = 0; i < pairs; i++)
        {
            var message = hashing.Reserve(i, NamespacedHash.InnerMessageLength);
            NamespacedHash.WriteInner(below[2 * i], below[(2 * i) + 1], message);
        }

        hashing.Flush();
        for (var i = 0; i < pairs; i++)
            above[i] = new NamespacedHash(below[2 * i].Least, below[(2 * i) + 1].Greatest, digests[i]);
        if (below.Length % 2 == 1)
            above[pairs] = below[^1];
    }

    private static void CheckCount(int count)
    {
        if (count > MerkleTree.MaximumCount)
            throw new ArgumentException($"A tree in memory has at most {MerkleTree.MaximumCount} leaves; {count} were given.");
    }

    private static void CheckLeaves(ReadOnlySpan<NamespacedHash> leaves)
    {
        for (var i = 0; i < leaves.Length; i++)
        {
            ref readonly var leaf = ref leaves[i];
            if (leaf.Least != leaf.Greatest)
                throw new ArgumentException($"Leaf {i} spans the namespaces {leaf.Least} to {leaf.Greatest}; a leaf has one.");
            if (leaf.Least.Value == ulong.MaxValue)
                throw new ArgumentException($"Leaf {i} has the namespace {leaf.Least}, which is reserved.");
            if (i > 0 && leaf.Least.CompareTo(leaves[i - 1].Least) < 0)
                throw new ArgumentException($"Leaf {i} of namespace {leaf.Least} follows {leaves[i - 1].Least}: sort the leaves by namespace.");
        }
    }

    /// <summary>Adds the roots of the greatest subtrees that hold no leaf of the range, from left to right.</summary>
    private void Collect(List<NamespacedHash> nodes, int rangeStart, int rangeEnd, int start, int count)
    {
        if (start + count <= rangeStart || start >= rangeEnd)
        {
            var level = TreeShape.Height(count);
            nodes.Add(_nodes[_offsets[level] + (start >> level)]);
            return;
        }

        if (start >= rangeStart && start + count <= rangeEnd)
            return;
        var split = TreeShape.Split(count);
        Collect(nodes, rangeStart, rangeEnd, start, split);
        Collect(nodes, rangeStart, rangeEnd, start + split, count - split);
    }

    private int FirstNotBelow(NamespaceId id)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_nodes[middle].Least.CompareTo(id) < 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private int FirstAbove(NamespaceId id) =>
        id.Value == ulong.MaxValue ? Count : FirstNotBelow(new NamespaceId(id.Value + 1));
}
