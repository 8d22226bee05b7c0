using System.Numerics;
using SharedSequencer.Primitives;

namespace SharedSequencer.Merkle;

/// <summary>Proof that one RFC 6962 tree is a prefix of another: nothing was altered or taken out, only appended.</summary>
public sealed class ConsistencyProof(ulong oldCount, ulong newCount, Hash256[] path)
{
    /// <summary>Leaves of the older tree.</summary>
    public ulong OldCount { get; } = oldCount;

    /// <summary>Leaves of the newer tree.</summary>
    public ulong NewCount { get; } = newCount;

    /// <summary>The nodes from which both roots follow.</summary>
    public ReadOnlyMemory<Hash256> Path { get; } = path;

    /// <summary>True when the tree of <paramref name="newCount"/> leaves extends that of <paramref name="oldCount"/>.</summary>
    public bool Verify(ulong oldCount, in Hash256 oldRoot, ulong newCount, in Hash256 newRoot) =>
        OldCount == oldCount && NewCount == newCount && Verify(oldCount, oldRoot, newCount, newRoot, Path.Span);

    /// <summary>
    /// RFC 9162 section 2.1.4.2. An empty older tree and an equal one need, and take, an empty path.
    /// </summary>
    public static bool Verify(
        ulong oldCount, in Hash256 oldRoot, ulong newCount, in Hash256 newRoot, ReadOnlySpan<Hash256> path)
    {
        if (oldCount > newCount)
            return false;
        if (oldCount == 0 && oldRoot != MerkleHash.EmptyRoot)
            return false;
        if (oldCount == newCount)
            return path.IsEmpty && oldRoot == newRoot;
        if (oldCount == 0)
            return path.IsEmpty;

        Hash256 first;
        if (BitOperations.IsPow2(oldCount))
        {
            // The older tree is one complete subtree of the newer: its root is where both begin.
            first = oldRoot;
        }
        else
        {
            if (path.IsEmpty)
                return false;
            first = path[0];
            path = path[1..];
        }

        var shift = BitOperations.TrailingZeroCount(oldCount);
        var node = (oldCount - 1) >> shift;
        var last = (newCount - 1) >> shift;
        var oldHash = first;
        var newHash = first;
        foreach (ref readonly var sibling in path)
        {
            if (last == 0)
                return false;
            if ((node & 1) == 1 || node == last)
            {
                oldHash = MerkleHash.Inner(sibling, oldHash);
                newHash = MerkleHash.Inner(sibling, newHash);
                while (node != 0 && (node & 1) == 0)
                {
                    node >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                newHash = MerkleHash.Inner(newHash, sibling);
            }

            node >>= 1;
            last >>= 1;
        }

        return last == 0 && oldHash == oldRoot && newHash == newRoot;
    }
}
