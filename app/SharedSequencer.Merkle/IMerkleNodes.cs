using SharedSequencer.Primitives;

namespace SharedSequencer.Merkle;

/// <summary>
/// The nodes of an RFC 6962 tree that only grows, as far as they never change: those with a complete subtree below them.
/// </summary>
public interface IMerkleNodes
{
    /// <summary>The root of the leaves index·2^level … (index + 1)·2^level, all of which are there; null when it is not kept.</summary>
    Hash256? Find(int level, ulong index);
}
