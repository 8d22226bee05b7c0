using System.Buffers.Binary;
using SharedSequencer.Primitives;
using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.Protocol.State;

/// <summary>
/// A namespace's chain of slices, as the state holds it: from one trusted app_hash it proves every slice by its number.
/// </summary>
/// <param name="SliceCount">Slices so far; the first one has number 1.</param>
/// <param name="LastHeight">Height of the newest slice.</param>
/// <param name="Root">RFC 6962 root over one <see cref="Leaf"/> per slice.</param>
public readonly record struct NamespaceHead(ulong SliceCount, long LastHeight, Hash256 Root)
{
    /// <summary>Bytes of a leaf.</summary>
    public const int LeafLength = NamespaceId.Length + 8 + 8 + Hash256.Length + 4;

    /// <summary>ns ‖ u64 number ‖ u64 height ‖ slice root ‖ u32 entry count, integers big-endian.</summary>
    /// <param name="sliceRoot">RFC 6962 root over the slice's leaf data.</param>
    public static byte[] Leaf(NamespaceId id, ulong number, long height, Hash256 sliceRoot, uint entryCount)
    {
        var leaf = new byte[LeafLength];
        id.CopyTo(leaf);
        BinaryPrimitives.WriteUInt64BigEndian(leaf.AsSpan(8), number);
        BinaryPrimitives.WriteUInt64BigEndian(leaf.AsSpan(16), (ulong)height);
        sliceRoot.Span.CopyTo(leaf.AsSpan(24));
        BinaryPrimitives.WriteUInt32BigEndian(leaf.AsSpan(56), entryCount);
        return leaf;
    }

    public byte[] Encode() => new WireWriter(64).UInt64(1, SliceCount).Int64(2, LastHeight).Bytes(3, Root.Span).ToArray();

    /// <summary>Reads a record of the state.</summary>
    /// <exception cref="InvalidDataException">The bytes are no such record: the state is broken.</exception>
    public static NamespaceHead Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        var head = new NamespaceHead(reader.UInt64(1), reader.Int64(2), Hash256.From(reader.FixedBytes(3, Hash256.Length)));
        return reader.End() ? head : throw new InvalidDataException($"The state holds no namespace head: {reader.Error}.");
    }
}
