using System.Runtime.InteropServices;
using SharedSequencer.Primitives;

namespace SharedSequencer.Merkle;

/// <summary>
/// One set of changes on its way into a <see cref="StateTree"/>: sorted by path, then merged into the tree from the
/// root down, then hashed from the leaves up, level by level, which lets many nodes be hashed at once.
/// </summary>
internal sealed class StateBatch
{
    private readonly Hash256[] _paths;

    /// <summary>The new leaf of each path; null takes the path out.</summary>
    private readonly StateLeaf?[] _leaves;

    /// <summary>New inner nodes by their height over what is hashed already.</summary>
    private readonly List<List<StateInner>> _unhashed = [];

    private StateBatch(Hash256[] paths, StateLeaf?[] leaves)
    {
        _paths = paths;
        _leaves = leaves;
    }

    /// <summary>By how much the number of entries changed.</summary>
    public int CountChange { get; private set; }

    /// <summary>Hashes and sorts the changes.</summary>
    /// <exception cref="ArgumentException">A key occurs twice, or a key or a value is empty.</exception>
    public static StateBatch Sorted(ReadOnlySpan<StateChange> changes)
    {
        CheckNotEmpty(changes);
        var paths = new Hash256[changes.Length];
        var hashing = new Sha256Batch(paths);
        for (var i = 0; i < changes.Length; i++)
            hashing.Add(i, changes[i].Key.Span);
        hashing.Flush();
        return Sorted(paths, changes);
    }

    /// <summary>As above, with paths that are not the hashes of the keys: only tests can want that.</summary>
    internal static StateBatch Sorted(Hash256[] paths, ReadOnlySpan<StateChange> changes)
    {
        var leaves = new StateLeaf?[changes.Length];
        for (var i = 0; i < changes.Length; i++)
        {
            if (changes[i].Value is { } value)
                leaves[i] = new StateLeaf(paths[i], changes[i].Key.Span, value.Span);
        }

        HashLeaves(leaves);
        Array.Sort(paths, leaves);
        for (var i = 1; i < paths.Length; i++)
        {
            if (paths[i] == paths[i - 1])
                throw new ArgumentException($"The key with SHA-256 {paths[i]} is changed twice in one batch; give each key once.");
        }

        return new StateBatch(paths, leaves);
    }

    /// <summary>The tree below <paramref name="root"/> with the changes made, all hashed.</summary>
    public StateNode? ApplyTo(StateNode? root)
    {
        var changed = Merge(root, 0, _paths.Length, out _);
        foreach (var level in _unhashed)
            HashInner(CollectionsMarshal.AsSpan(level));
        return changed;
    }

    /// <summary>
    /// Merges the changes from … before to into the subtree of a node. All of them agree with the node's paths in the
    /// bits above it. The height counts the new inner nodes on the longest way down; 0 for what is hashed already.
    /// </summary>
    private StateNode? Merge(StateNode? node, int from, int to, out int height)
    {
        if (from == to)
        {
            height = 0;
            return node;
        }

        if (node is not StateInner inner)
            return Grow((StateLeaf?)node, from, to, out height);

        // Among sorted paths the first or the last is the one that leaves the node's common path first.
        var bit = Math.Min(inner.FirstDifference(_paths[from]), inner.FirstDifference(_paths[to - 1]));
        if (bit < inner.Bit)
            return Part(inner, inner.CommonBit(bit), bit, from, to, out height);

        var middle = FirstWithBit(inner.Bit, from, to);
        var left = Merge(inner.Left, from, middle, out var leftHeight);
        var right = Merge(inner.Right, middle, to, out var rightHeight);
        if (ReferenceEquals(left, inner.Left) && ReferenceEquals(right, inner.Right))
        {
            height = 0;
            return inner;
        }

        return Join(inner.Bit, left, leftHeight, right, rightHeight, out height);
    }

    /// <summary>The subtree of at most one old entry and the changes from … before to.</summary>
    private StateNode? Grow(StateLeaf? old, int from, int to, out int height)
    {
        height = 0;
        if (from == to)
            return old;
        var bit = StatePath.FirstDifference(_paths[from], _paths[to - 1]);
        if (old is not null)
        {
            bit = Math.Min(bit, StatePath.FirstDifference(_paths[from], old.Path));
            bit = Math.Min(bit, StatePath.FirstDifference(_paths[to - 1], old.Path));
        }

        if (bit < StatePath.Bits)
            return Part(old, old is null ? 0 : StatePath.Bit(old.Path, bit), bit, from, to, out height);

        // One change is left, and the old entry, if there is one, has the same key.
        CountChange += (_leaves[from] is null ? 0 : 1) - (old is null ? 0 : 1);
        return _leaves[from];
    }

    /// <summary>Parts the changes at a bit, at which all of an old subtree is on one side.</summary>
    private StateNode? Part(StateNode? old, int side, int bit, int from, int to, out int height)
    {
        var middle = FirstWithBit(bit, from, to);
        var left = Merge(side == 0 ? old : null, from, middle, out var leftHeight);
        var right = Merge(side == 1 ? old : null, middle, to, out var rightHeight);
        return Join(bit, left, leftHeight, right, rightHeight, out height);
    }

    private StateNode? Join(
        int bit, StateNode? left, int leftHeight, StateNode? right, int rightHeight, out int height)
    {
        if (left is null || right is null)
        {
            height = left is null ? rightHeight : leftHeight;
            return left ?? right;
        }

        var node = new StateInner(bit, left, right);
        var level = Math.Max(leftHeight, rightHeight);
        if (level == _unhashed.Count)
            _unhashed.Add([]);
        _unhashed[level].Add(node);
        height = level + 1;
        return node;
    }

    /// <summary>The first change whose path has a 1 at the bit; before it all agree.</summary>
    private int FirstWithBit(int bit, int from, int to)
    {
        while (from < to)
        {
            var middle = (from + to) >>> 1;
            if (StatePath.Bit(_paths[middle], bit) == 0)
                from = middle + 1;
            else
                to = middle;
        }

        return from;
    }

    private static void HashLeaves(StateLeaf?[] leaves)
    {
        var hashes = new Hash256[leaves.Length];
        var hashing = new Sha256Batch(hashes);
        for (var i = 0; i < leaves.Length; i++)
        {
            if (leaves[i] is { } leaf)
                hashing.Add(i, leaf.Value.Span);
        }

        hashing.Flush();
        for (var i = 0; i < leaves.Length; i++)
        {
            if (leaves[i] is { } leaf)
                hashing.AddPair(i, MerkleHash.LeafPrefix, leaf.Path, hashes[i]);
        }

        hashing.Flush();
        for (var i = 0; i < leaves.Length; i++)
            leaves[i]?.SetHash(hashes[i]);
    }

    private static void HashInner(ReadOnlySpan<StateInner> nodes)
    {
        var hashes = new Hash256[nodes.Length];
        var hashing = new Sha256Batch(hashes);
        for (var i = 0; i < nodes.Length; i++)
            hashing.AddPair(i, MerkleHash.InnerPrefix, nodes[i].Left.Hash, nodes[i].Right.Hash);
        hashing.Flush();
        for (var i = 0; i < nodes.Length; i++)
            nodes[i].SetHash(hashes[i]);
    }

    private static void CheckNotEmpty(ReadOnlySpan<StateChange> changes)
    {
        for (var i = 0; i < changes.Length; i++)
        {
            if (changes[i].Key.IsEmpty)
                throw new ArgumentException($"Change {i} has an empty key.");
            if (changes[i].Value is { IsEmpty: true })
                throw new ArgumentException($"Change {i} has an empty value; give null to take the key out.");
        }
    }
}
