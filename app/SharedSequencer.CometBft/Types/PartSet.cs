using SharedSequencer.Merkle;
using SharedSequencer.Primitives;

namespace SharedSequencer.CometBft.Types;

/// <summary>A block cut up for gossip: parts of 64 KiB of its protobuf bytes, under one Merkle root.</summary>
public static class PartSet
{
    /// <summary>Bytes in a part; the last one may be shorter.</summary>
    public const int PartSize = 65536;

    /// <summary>Count and root of the parts of <paramref name="block"/>, the bytes of tendermint.types.Block.</summary>
    public static PartSetHeader HeaderOf(ReadOnlySpan<byte> block)
    {
        var parts = new Hash256[(block.Length + PartSize - 1) / PartSize];
        for (var i = 0; i < parts.Length; i++)
        {
            var start = i * PartSize;
            parts[i] = MerkleHash.Leaf(block.Slice(start, Math.Min(PartSize, block.Length - start)));
        }

        return new PartSetHeader((uint)parts.Length, MerkleTree.RootOf(parts));
    }
}
