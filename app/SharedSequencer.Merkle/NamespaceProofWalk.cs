using SharedSequencer.Primitives;

namespace SharedSequencer.Merkle;

/// <summary>
/// One pass over the shape of a tree, from left to right, that folds a proof's leaves and nodes into a root. Since the
/// shape follows from the leaf count alone, every node has exactly one place.
/// </summary>
internal ref struct NamespaceProofWalk(NamespaceProof proof, NamespaceId id, ReadOnlySpan<ReadOnlyMemory<byte>> leaves)
{
    private readonly ReadOnlySpan<NamespacedHash> _nodes = proof.Nodes.Span;
    private readonly ReadOnlySpan<ReadOnlyMemory<byte>> _leaves = leaves;
    private int _used;

    public readonly bool HasUsedAllNodes => _used == _nodes.Length;

    /// <summary>The node over the leaves start … start + count; any verdict but Present is a refusal.</summary>
    public NamespaceVerdict TryFold(int start, int count, out NamespacedHash node)
    {
        node = default;
        if (start + count <= proof.Start || start >= proof.End)
            return TryTakeNode(isLeft: start < proof.Start, out node);

        if (count == 1)
        {
            node = proof.AbsenceLeaf ?? NamespacedHash.Leaf(id, _leaves[start - proof.Start].Span);
            return NamespaceVerdict.Present;
        }

        var split = TreeShape.Split(count);
        var verdict = TryFold(start, split, out var left);
        if (verdict != NamespaceVerdict.Present)
            return verdict;
        verdict = TryFold(start + split, count - split, out var right);
        if (verdict != NamespaceVerdict.Present)
            return verdict;
        return NamespacedHash.TryCombine(left, right, out node)
            ? NamespaceVerdict.Present
            : NamespaceVerdict.NodesOutOfOrder;
    }

    private NamespaceVerdict TryTakeNode(bool isLeft, out NamespacedHash node)
    {
        node = default;
        if (_used == _nodes.Length)
            return NamespaceVerdict.WrongNodeCount;
        node = _nodes[_used++];
        if (!node.IsOrdered)
            return NamespaceVerdict.NodesOutOfOrder;
        var isBeside = isLeft ? node.Greatest.CompareTo(id) < 0 : node.Least.CompareTo(id) > 0;
        return isBeside ? NamespaceVerdict.Present : NamespaceVerdict.Incomplete;
    }
}
