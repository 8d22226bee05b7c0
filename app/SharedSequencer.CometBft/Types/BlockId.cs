using SharedSequencer.Primitives;
using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.CometBft.Types;

/// <summary>Names a block: the hash of its header, and the part set it travelled in. Both are empty before the first block.</summary>
public sealed record BlockId(Hash256? Hash, PartSetHeader Parts)
{
    public static BlockId Empty { get; } = new(null, PartSetHeader.Empty);

    /// <summary>True for no block at all.</summary>
    public bool IsEmpty => Equals(Empty);

    internal byte[] ToProto() => new WireWriter(80).Hash(1, Hash).AlwaysBytes(2, Parts.ToProto()).ToArray();

    internal static BlockId FromProto(ReadOnlySpan<byte> data)
    {
        var reader = new WireReader(data);
        var hash = reader.Hash(1);
        var result = new BlockId(hash, PartSetHeader.FromProto(reader.Message(2, "block id")));
        reader.EndOrThrow("block id");
        return result;
    }
}
