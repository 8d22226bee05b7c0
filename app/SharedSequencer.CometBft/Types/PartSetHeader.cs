using SharedSequencer.Primitives;
using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.CometBft.Types;

/// <summary>How many 64 KiB parts a proposed block has, and their Merkle root; nothing for no block.</summary>
public sealed record PartSetHeader(uint Total, Hash256? Hash)
{
    public static PartSetHeader Empty { get; } = new(0, null);

    internal byte[] ToProto() => new WireWriter(40).UInt64(1, Total).Hash(2, Hash).ToArray();

    internal static PartSetHeader FromProto(ReadOnlySpan<byte> data)
    {
        var reader = new WireReader(data);
        var result = new PartSetHeader(reader.UInt32(1), reader.Hash(2));
        reader.EndOrThrow("part set header");
        return result;
    }
}
