using System.Numerics;

namespace SharedSequencer.Merkle;

/// <summary>
/// The shape of RFC 6962 trees, which NMT and CometBFT share: n leaves split at the largest power of two below n.
/// Laid out by levels it is the tree in which a last node without a sibling moves up unchanged: the node with index i
/// at level k covers the leaves from i·2^k on, 2^k of them or as many as there are.
/// </summary>
internal static class TreeShape
{
    /// <summary>Leaves in the left subtree of a tree of <paramref name="count"/> ≥ 2 leaves.</summary>
    public static int Split(int count) => 1 << (31 - BitOperations.LeadingZeroCount((uint)(count - 1)));

    /// <summary>As above, for trees larger than memory.</summary>
    public static ulong Split(ulong count) => 1UL << (63 - BitOperations.LeadingZeroCount(count - 1));

    /// <summary>The level of the root of <paramref name="count"/> ≥ 1 leaves; leaves are level 0.</summary>
    public static int Height(int count) => 32 - BitOperations.LeadingZeroCount((uint)(count - 1));

    /// <summary>The offset of each level in one flat array, and the array's length as the last item.</summary>
    public static int[] LevelOffsets(int count)
    {
        if (count == 0)
            return [0];
        var offsets = new int[Height(count) + 2];
        var width = count;
        for (var level = 0; level + 1 < offsets.Length; level++)
        {
            offsets[level + 1] = offsets[level] + width;
            width = (width + 1) / 2;
        }

        return offsets;
    }
}
