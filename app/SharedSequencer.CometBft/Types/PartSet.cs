namespace SharedSequencer.CometBft.Types;

/// <summary>A block cut up for gossip: parts of 64 KiB of its protobuf bytes, under one Merkle root.</summary>
public static class PartSet
{
    /// <summary>Bytes in a part; the last one may be shorter.</summary>
    public const int PartSize = 65536;

    /// <summary>Count and root of the parts of <paramref name="block"/>, the bytes of tendermint.types.Block.</summary>
    public static PartSetHeader HeaderOf(ReadOnlySpan<byte> block)
    {
        var parts = new byte[(block.Length + PartSize - 1) / PartSize][];
        for (var i = 0; i < parts.Length; i++)
        {
            var start = i * PartSize;
            parts[i] = block.Slice(start, Math.Min(PartSize, block.Length - start)).ToArray();
        }

        return new PartSetHeader((uint)parts.Length, MerkleRoot.Of(parts));
    }
}
