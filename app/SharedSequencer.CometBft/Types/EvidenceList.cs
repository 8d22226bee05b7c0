using SharedSequencer.Primitives;

namespace SharedSequencer.CometBft.Types;

/// <summary>The evidence of a block as its header binds it.</summary>
public static class EvidenceList
{
    /// <summary>The evidence_hash of a block without evidence: the empty tree's root.</summary>
    public static Hash256 EmptyHash { get; } = Hash([]);

    /// <summary>The header's evidence_hash.</summary>
    /// <param name="evidence">
    /// The bytes of each tendermint.types.DuplicateVoteEvidence or LightClientAttackEvidence, without the Evidence
    /// message around it.
    /// </param>
    public static Hash256 Hash(IReadOnlyList<byte[]> evidence) => MerkleRoot.Of(evidence);
}
