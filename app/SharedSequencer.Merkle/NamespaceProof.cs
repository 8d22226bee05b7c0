using SharedSequencer.Primitives;

namespace SharedSequencer.Merkle;

/// <summary>
/// Proof of all leaves that a namespace has in a <see cref="NamespacedMerkleTree"/>, in the form of celestiaorg/nmt.
/// <list type="bullet">
/// <item>Present: the leaves Start … End, and the nodes beside them.</item>
/// <item>Absent inside the root's range: the first leaf of a greater namespace (<see cref="AbsenceLeaf"/>) with the
/// nodes beside it, all below the namespace on its left.</item>
/// <item>Absent outside the root's range: <see cref="OutsideRoot"/>; the root itself shows it.</item>
/// </list>
/// </summary>
public sealed class NamespaceProof(int start, int end, NamespacedHash[] nodes, NamespacedHash? absenceLeaf)
{
    /// <summary>The proof for a namespace that the root's range leaves out: it is empty.</summary>
    public static NamespaceProof OutsideRoot { get; } = new(0, 0, [], null);

    /// <summary>The index of the first leaf of the range.</summary>
    public int Start { get; } = start;

    /// <summary>The index behind the last leaf of the range.</summary>
    public int End { get; } = end;

    /// <summary>The roots of the greatest subtrees outside the range, from left to right.</summary>
    public ReadOnlyMemory<NamespacedHash> Nodes { get; } = nodes;

    /// <summary>The node of the leaf at Start in a proof of absence; null in a proof of presence.</summary>
    public NamespacedHash? AbsenceLeaf { get; } = absenceLeaf;

    /// <summary>
    /// Judges the proof against a root and a leaf count that the caller already trusts (both stand in the block's
    /// preamble). The proof itself does not bind the count: without it, an index could lie outside the tree.
    /// </summary>
    /// <param name="root">The namespace root.</param>
    /// <param name="leafCount">The number of leaves below the root.</param>
    /// <param name="id">The namespace asked for.</param>
    /// <param name="leaves">The data of its leaves, in order; none for a proof of absence.</param>
    public NamespaceVerdict Verify(
        in NamespacedHash root, int leafCount, NamespaceId id, ReadOnlySpan<ReadOnlyMemory<byte>> leaves)
    {
        if (leafCount < 0 || !root.IsOrdered || (leafCount == 0) != (root == NamespacedHash.Empty))
            return NamespaceVerdict.BadRoot;
        if (IsOutsideRoot)
            return VerifyOutsideRoot(root, leafCount, id, leaves.Length);
        if (Start < 0 || Start >= End || End > leafCount)
            return NamespaceVerdict.RangeOutsideTree;

        if (AbsenceLeaf is { } leaf)
        {
            if (!leaves.IsEmpty)
                return NamespaceVerdict.LeavesWithAbsence;
            if (End - Start != 1 || leaf.Least != leaf.Greatest || leaf.Least.CompareTo(id) <= 0)
                return NamespaceVerdict.BadAbsenceLeaf;
        }
        else if (leaves.Length != End - Start)
        {
            return NamespaceVerdict.WrongLeafCount;
        }

        var walk = new NamespaceProofWalk(this, id, leaves);
        var verdict = walk.TryFold(0, leafCount, out var computed);
        if (verdict != NamespaceVerdict.Present)
            return verdict;
        if (!walk.HasUsedAllNodes)
            return NamespaceVerdict.WrongNodeCount;
        if (computed != root)
            return NamespaceVerdict.RootMismatch;
        return AbsenceLeaf is null ? NamespaceVerdict.Present : NamespaceVerdict.Absent;
    }

    private bool IsOutsideRoot => Start == 0 && End == 0 && Nodes.IsEmpty && AbsenceLeaf is null;

    private static NamespaceVerdict VerifyOutsideRoot(in NamespacedHash root, int leafCount, NamespaceId id, int given)
    {
        if (given != 0)
            return NamespaceVerdict.LeavesWithAbsence;
        var isOutside = leafCount == 0 || id.CompareTo(root.Least) < 0 || id.CompareTo(root.Greatest) > 0;
        return isOutside ? NamespaceVerdict.Absent : NamespaceVerdict.InsideRootRange;
    }
}
