using SharedSequencer.Primitives;

namespace SharedSequencer.Merkle;

/// <summary>
/// Proof that consecutive leaves are in an RFC 6962 tree, at their places: the roots of the greatest subtrees that hold
/// none of them, left to right. One proof for the whole range, of O(log n) nodes.
/// </summary>
/// <remarks>
/// There is one proof for a range: a node too many, too few or elsewhere is refused. As with
/// <see cref="InclusionProof"/> the root does not bind the number of leaves: it must be known from elsewhere.
/// </remarks>
public sealed class RangeProof(ulong count, ulong start, ulong length, Hash256[] nodes)
{
    /// <summary>The most nodes that a proof can have: one on each side for each level.</summary>
    public const int MaximumNodes = 128;

    /// <summary>Leaves of the tree.</summary>
    public ulong Count { get; } = count;

    /// <summary>The place of the range's first leaf, from 0.</summary>
    public ulong Start { get; } = start;

    /// <summary>Leaves of the range; at least 1.</summary>
    public ulong Length { get; } = length;

    /// <summary>The roots beside the range, left to right.</summary>
    public ReadOnlyMemory<Hash256> Nodes { get; } = nodes;

    /// <summary>True when exactly these leaves are at the places from <paramref name="start"/> on under the root.</summary>
    /// <param name="root">Of the tree.</param>
    /// <param name="count">Leaves of the tree, as the caller knows it.</param>
    /// <param name="start">The place of the first of them, from 0.</param>
    /// <param name="leafHashes">At least one (<see cref="MerkleHash.Leaf"/>).</param>
    /// <param name="nodes">The proof.</param>
    public static bool Verify(
        in Hash256 root, ulong count, ulong start, ReadOnlySpan<Hash256> leafHashes, ReadOnlySpan<Hash256> nodes)
    {
        if (!IsInside(count, start, (ulong)leafHashes.Length) || nodes.Length > MaximumNodes)
            return false;
        var walk = new Walk(start, leafHashes, nodes);
        return walk.TryRoot(0, count, out var found) && walk.IsAtEnd && found == root;
    }

    /// <summary>True for a range of at least one leaf inside a tree.</summary>
    internal static bool IsInside(ulong count, ulong start, ulong length) => length > 0 && length <= count && start <= count - length;

    /// <summary>Goes through the tree from left to right and takes a node wherever no leaf of the range is.</summary>
    private ref struct Walk(ulong start, ReadOnlySpan<Hash256> leafHashes, ReadOnlySpan<Hash256> nodes)
    {
        private readonly ReadOnlySpan<Hash256> _leafHashes = leafHashes;
        private ReadOnlySpan<Hash256> _nodes = nodes;

        public readonly bool IsAtEnd => _nodes.IsEmpty;

        private readonly ulong End => start + (ulong)_leafHashes.Length;

        /// <summary>The root over the leaves first … first + count; false when the nodes are at their end.</summary>
        public bool TryRoot(ulong first, ulong count, out Hash256 root)
        {
            if (first >= start && count <= End - Math.Min(first, End))
            {
                root = MerkleTree.RootOf(_leafHashes.Slice((int)(first - start), (int)count));
                return true;
            }

            root = default;
            if (first >= End || count <= start - Math.Min(first, start))
            {
                if (_nodes.IsEmpty)
                    return false;
                root = _nodes[0];
                _nodes = _nodes[1..];
                return true;
            }

            var split = TreeShape.Split(count);
            if (!TryRoot(first, split, out var left) || !TryRoot(first + split, count - split, out var right))
                return false;
            root = MerkleHash.Inner(left, right);
            return true;
        }
    }
}
