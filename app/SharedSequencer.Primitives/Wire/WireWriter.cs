using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace SharedSequencer.Primitives.Wire;

/// <summary>
/// Writes canonical protobuf (proto3): the caller gives the fields in ascending order, and the default value of a
/// scalar is left out. What <c>Always…</c> writes is written even when empty, as gogoproto's non-nullable fields are.
/// </summary>
/// <remarks>Written by hand because bytes that are hashed or signed must not depend on a library's version.</remarks>
public sealed class WireWriter(int capacity = 256)
{
    private byte[] _buffer = new byte[capacity];
    private int _length;

    /// <summary>Bytes written so far.</summary>
    public int Length => _length;

    /// <summary>What was written, valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    public byte[] ToArray() => Written.ToArray();

    /// <summary>Starts anew, keeping the buffer.</summary>
    public void Clear() => _length = 0;

    public WireWriter UInt64(int field, ulong value) => value == 0 ? this : Tag(field, WireType.Varint).Varint(value);

    /// <summary>A negative value takes ten bytes, as protobuf's int64 and int32 do.</summary>
    public WireWriter Int64(int field, long value) => UInt64(field, unchecked((ulong)value));

    public WireWriter Bool(int field, bool value) => UInt64(field, value ? 1UL : 0UL);

    public WireWriter SFixed64(int field, long value)
    {
        if (value == 0)
            return this;
        Tag(field, WireType.Fixed64);
        BinaryPrimitives.WriteInt64LittleEndian(Reserve(8), value);
        return this;
    }

    public WireWriter Bytes(int field, ReadOnlySpan<byte> value) => value.IsEmpty ? this : AlwaysBytes(field, value);

    public WireWriter String(int field, string value) => value.Length == 0 ? this : AlwaysBytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>A length-delimited field, written even when empty: a set sub-message, or an element of a repeated field.</summary>
    public WireWriter AlwaysBytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, WireType.LengthDelimited).Varint((ulong)value.Length);
        value.CopyTo(Reserve(value.Length));
        return this;
    }

    /// <summary>A bare varint, for length prefixes.</summary>
    public WireWriter Varint(ulong value)
    {
        while (value >= 0x80)
        {
            Reserve(1)[0] = (byte)((value & 0x7f) | 0x80);
            value >>= 7;
        }

        Reserve(1)[0] = (byte)value;
        return this;
    }

    /// <summary>Bytes as they are, with neither tag nor length.</summary>
    public WireWriter Raw(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Reserve(value.Length));
        return this;
    }

    /// <summary>How many bytes <paramref name="value"/> takes as a varint.</summary>
    public static int VarintLength(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    private WireWriter Tag(int field, WireType type) => Varint(((ulong)(uint)field << 3) | (ulong)type);

    private Span<byte> Reserve(int count)
    {
        if (_buffer.Length - _length < count)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + count));
        var span = _buffer.AsSpan(_length, count);
        _length += count;
        return span;
    }
}
