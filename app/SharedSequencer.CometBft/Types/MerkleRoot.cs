using SharedSequencer.Merkle;
using SharedSequencer.Primitives;

namespace SharedSequencer.CometBft.Types;

/// <summary>RFC 6962 roots over encoded values: CometBFT's <c>merkle.HashFromByteSlices</c>.</summary>
internal static class MerkleRoot
{
    public static Hash256 Of(IReadOnlyList<byte[]> leaves)
    {
        var hashes = new Hash256[leaves.Count];
        for (var i = 0; i < hashes.Length; i++)
            hashes[i] = MerkleHash.Leaf(leaves[i]);
        return MerkleTree.RootOf(hashes);
    }
}
