namespace SharedSequencer.Merkle;

/// <summary>What the check of a <see cref="NamespaceProof"/> found. Only the first two are good.</summary>
public enum NamespaceVerdict
{
    /// <summary>The leaves given are all leaves of the namespace, in order.</summary>
    Present,

    /// <summary>The namespace has no leaf.</summary>
    Absent,

    /// <summary>The root is not one that a tree with that many leaves can have.</summary>
    BadRoot,

    /// <summary>The proof's range is empty, reversed or not inside the tree.</summary>
    RangeOutsideTree,

    /// <summary>The proof says that the root's range leaves the namespace out, and it does not.</summary>
    InsideRootRange,

    /// <summary>Leaves came along with a proof of absence.</summary>
    LeavesWithAbsence,

    /// <summary>The number of leaves given is not that of the proof's range.</summary>
    WrongLeafCount,

    /// <summary>The leaf that shows absence is not one leaf of a greater namespace.</summary>
    BadAbsenceLeaf,

    /// <summary>The proof has fewer or more nodes than the tree's shape needs.</summary>
    WrongNodeCount,

    /// <summary>Nodes are not in the order of their namespaces.</summary>
    NodesOutOfOrder,

    /// <summary>A node beside the range may hold more leaves of the namespace.</summary>
    Incomplete,

    /// <summary>Leaves and nodes lead to another root.</summary>
    RootMismatch,
}

/// <summary>Reading a <see cref="NamespaceVerdict"/>.</summary>
public static class NamespaceVerdicts
{
    /// <summary>True when the proof holds, be it of presence or of absence.</summary>
    public static bool IsProven(this NamespaceVerdict verdict) =>
        verdict is NamespaceVerdict.Present or NamespaceVerdict.Absent;
}
