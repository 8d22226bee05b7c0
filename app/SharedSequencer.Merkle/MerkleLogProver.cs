using System.Numerics;
using SharedSequencer.Primitives;

namespace SharedSequencer.Merkle;

/// <summary>
/// Makes proofs about a tree that only grows from its stored nodes, at any count of leaves that it has had: O(log n)
/// nodes are read for each, however many leaves the tree has.
/// </summary>
public static class MerkleLogProver
{
    /// <summary>
    /// Proves the leaves start … start + length of the tree of the first <paramref name="count"/> leaves; null when a node
    /// that is needed is not kept.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty or not inside the tree.</exception>
    public static RangeProof? ProveRange(IMerkleNodes nodes, ulong count, ulong start, ulong length)
    {
        if (!RangeProof.IsInside(count, start, length))
            throw new ArgumentOutOfRangeException(nameof(length), $"{length} leaves from {start} on are no range of a tree of {count}.");
        List<Hash256> found = [];
        return AddOutside(nodes, found, 0, count, start, start + length) ? new RangeProof(count, start, length, [.. found]) : null;
    }

    /// <summary>
    /// Proves that the tree of the first <paramref name="newCount"/> leaves extends that of the first
    /// <paramref name="oldCount"/>; null when a node that is needed is not kept.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The older tree has more leaves.</exception>
    public static ConsistencyProof? ProveConsistency(IMerkleNodes nodes, ulong oldCount, ulong newCount)
    {
        if (oldCount > newCount)
            throw new ArgumentOutOfRangeException(nameof(oldCount), oldCount, $"The newer tree has {newCount} leaves.");
        List<Hash256> path = [];
        return oldCount == 0 || AddSubProof(nodes, path, oldCount, 0, newCount, isOldRoot: true)
            ? new ConsistencyProof(oldCount, newCount, [.. path])
            : null;
    }

    /// <summary>The roots of the greatest subtrees that hold no leaf of the range, left to right.</summary>
    private static bool AddOutside(IMerkleNodes nodes, List<Hash256> found, ulong first, ulong count, ulong start, ulong end)
    {
        if (first >= start && count <= end - Math.Min(first, end))
            return true;
        if (first >= end || count <= start - Math.Min(first, start))
        {
            if (Subtree(nodes, first, count) is not { } root)
                return false;
            found.Add(root);
            return true;
        }

        var split = TreeShape.Split(count);
        return AddOutside(nodes, found, first, split, start, end)
            && AddOutside(nodes, found, first + split, count - split, start, end);
    }

    /// <summary>SUBPROOF of RFC 6962 section 2.1.2.</summary>
    private static bool AddSubProof(IMerkleNodes nodes, List<Hash256> path, ulong oldCount, ulong first, ulong count, bool isOldRoot)
    {
        Hash256? sibling;
        if (oldCount == count)
        {
            // The verifier holds the old root itself.
            if (isOldRoot)
                return true;
            sibling = Subtree(nodes, first, count);
        }
        else
        {
            var split = TreeShape.Split(count);
            var isLeft = oldCount <= split;
            var hasBelow = isLeft
                ? AddSubProof(nodes, path, oldCount, first, split, isOldRoot)
                : AddSubProof(nodes, path, oldCount - split, first + split, count - split, isOldRoot: false);
            if (!hasBelow)
                return false;
            sibling = isLeft ? Subtree(nodes, first + split, count - split) : Subtree(nodes, first, split);
        }

        if (sibling is not { } hash)
            return false;
        path.Add(hash);
        return true;
    }

    /// <summary>The root over the leaves first … first + count: a stored node, or at the right edge of the tree several.</summary>
    private static Hash256? Subtree(IMerkleNodes nodes, ulong first, ulong count)
    {
        if (BitOperations.IsPow2(count))
        {
            var level = BitOperations.TrailingZeroCount(count);
            return nodes.Find(level, first >> level);
        }

        var split = TreeShape.Split(count);
        return Subtree(nodes, first, split) is { } left && Subtree(nodes, first + split, count - split) is { } right
            ? MerkleHash.Inner(left, right)
            : null;
    }
}
