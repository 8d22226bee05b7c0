using SharedSequencer.Primitives;

namespace SharedSequencer.Merkle;

/// <summary>One leaf of a Namespaced Merkle Tree: whose it is, and its data.</summary>
public readonly record struct NamespacedLeaf(NamespaceId Namespace, ReadOnlyMemory<byte> Data);
