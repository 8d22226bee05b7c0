using SharedSequencer.Primitives;

namespace SharedSequencer.Merkle;

/// <summary>Makes the proofs of a <see cref="StateTree"/>: a walk to the key's place, and one to each neighbour.</summary>
internal static class StateProver
{
    public static StateProof Prove(StateNode root, ReadOnlySpan<byte> key)
    {
        var path = Hash256.Of(key);
        StateNode? before = null;
        StateNode? after = null;
        var node = root;
        while (node is StateInner inner && inner.FirstDifference(path) >= inner.Bit)
        {
            if (StatePath.Bit(path, inner.Bit) == 0)
            {
                after = inner.Right;
                node = inner.Left;
            }
            else
            {
                before = inner.Left;
                node = inner.Right;
            }
        }

        // Here all paths below agree in more bits than the key's path shares with them, or there is one leaf.
        var nearest = node.LeftmostLeaf();
        var order = nearest.Path.CompareTo(path);
        if (order == 0)
            return new StateProof(ProveLeaf(root, nearest));
        if (order < 0)
            before = node;
        else
            after = node;
        return new StateProof(new AbsenceProof(
            key.ToArray(),
            before is null ? null : ProveLeaf(root, before.RightmostLeaf()),
            after is null ? null : ProveLeaf(root, after.LeftmostLeaf())));
    }

    private static ExistenceProof ProveLeaf(StateNode root, StateLeaf leaf)
    {
        var steps = new List<StateStep>();
        var node = root;
        while (node is StateInner inner)
        {
            var side = StatePath.Bit(leaf.Path, inner.Bit);
            steps.Add(new StateStep(SiblingIsLeft: side == 1, inner.Child(1 - side).Hash));
            node = inner.Child(side);
        }

        steps.Reverse();
        return new ExistenceProof(leaf.Key, leaf.Value, [.. steps]);
    }
}
