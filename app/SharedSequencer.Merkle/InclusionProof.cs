using SharedSequencer.Primitives;
using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.Merkle;

/// <summary>
/// Proof that a leaf is in an RFC 6962 tree; also the shape of CometBFT's <c>tendermint.crypto.Proof</c>. The aunts go
/// from the leaf's sibling up to the root's child.
/// </summary>
/// <remarks>
/// The root binds the leaf's hash, and the index together with the total as far as they shape the path: trees of 3 and
/// 4 leaves have the same path for leaf 0. Whoever relies on the total must know it from elsewhere and pass it in.
/// </remarks>
public sealed class InclusionProof(ulong total, ulong index, Hash256 leafHash, Hash256[] aunts)
{
    /// <summary>The number of leaves that the prover claims.</summary>
    public ulong Total { get; } = total;

    /// <summary>The position of the leaf, from 0, that the prover claims.</summary>
    public ulong Index { get; } = index;

    /// <summary>The hash of the leaf.</summary>
    public Hash256 LeafHash { get; } = leafHash;

    /// <summary>The siblings on the way up.</summary>
    public ReadOnlyMemory<Hash256> Aunts { get; } = aunts;

    /// <summary>True when exactly this leaf is at this index under the root, in a tree of the claimed total.</summary>
    public bool Verify(in Hash256 root, ulong index, in Hash256 leafHash) =>
        Index == index && LeafHash == leafHash && Verify(root, Total, index, leafHash, Aunts.Span);

    /// <summary>As above, with the number of leaves known to the caller.</summary>
    public bool Verify(in Hash256 root, ulong total, ulong index, in Hash256 leafHash) =>
        Total == total && Verify(root, index, leafHash);

    /// <summary>
    /// RFC 9162 section 2.1.3.2 (the same tree as RFC 6962). False when the index is outside the tree, an aunt is
    /// missing or left over, or the path does not lead to the root.
    /// </summary>
    public static bool Verify(
        in Hash256 root, ulong total, ulong index, in Hash256 leafHash, ReadOnlySpan<Hash256> aunts)
    {
        if (index >= total)
            return false;
        var node = index;
        var last = total - 1;
        var hash = leafHash;
        foreach (ref readonly var aunt in aunts)
        {
            if (last == 0)
                return false;
            if ((node & 1) == 1 || node == last)
            {
                hash = MerkleHash.Inner(aunt, hash);
                // A last node without a sibling moves up unchanged, perhaps over several levels.
                while ((node & 1) == 0)
                {
                    node >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                hash = MerkleHash.Inner(hash, aunt);
            }

            node >>= 1;
            last >>= 1;
        }

        return last == 0 && hash == root;
    }

    /// <summary>The bytes of <c>tendermint.crypto.Proof</c>.</summary>
    public byte[] ToProtobuf()
    {
        var writer = new WireWriter();
        writer.UInt64(1, Total);
        writer.UInt64(2, Index);
        writer.Bytes(3, LeafHash.Span);
        foreach (ref readonly var aunt in Aunts.Span)
            writer.Bytes(4, aunt.Span);
        return writer.ToArray();
    }
}
