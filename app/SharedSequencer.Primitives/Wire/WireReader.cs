using System.Buffers.Binary;
using System.Text;

namespace SharedSequencer.Primitives.Wire;

/// <summary>
/// Reads canonical protobuf and nothing else: fields in ascending order, shortest varints, no default values written
/// out, no unknown fields. So one value has one encoding, and a message's bytes can be hashed and signed as they came.
/// </summary>
/// <remarks>
/// The first fault sticks: later reads give default values, and <see cref="End"/> is false with <see cref="Error"/>
/// saying why. No exception is thrown for what a peer sent.
/// </remarks>
public ref struct WireReader(ReadOnlySpan<byte> data)
{
    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _data = data;
    private int _position;
    private int _lastField;

    /// <summary>What is wrong, or null.</summary>
    public string? Error { get; private set; }

    /// <summary>Marks the message as refused; the first reason is kept.</summary>
    public void Fail(string reason) => Error ??= reason;

    /// <summary>An optional varint; 0 when absent.</summary>
    public ulong UInt64(int field)
    {
        if (!Take(field, WireType.Varint))
            return 0;
        var value = Varint();
        if (value == 0)
            Fail($"field {field} is written although it has its default value");
        return value;
    }

    /// <summary>An optional int64; 0 when absent.</summary>
    public long Int64(int field) => unchecked((long)UInt64(field));

    /// <summary>An optional uint32; 0 when absent.</summary>
    public uint UInt32(int field)
    {
        var value = UInt64(field);
        if (value <= uint.MaxValue)
            return (uint)value;
        Fail($"field {field} does not fit 32 bits");
        return 0;
    }

    public bool Bool(int field)
    {
        var value = UInt64(field);
        if (value > 1)
            Fail($"field {field} is no boolean");
        return value == 1;
    }

    public long SFixed64(int field)
    {
        if (!Take(field, WireType.Fixed64))
            return 0;
        if (_data.Length - _position < 8)
        {
            Fail($"field {field} is cut off");
            return 0;
        }

        var value = BinaryPrimitives.ReadInt64LittleEndian(_data[_position..]);
        _position += 8;
        if (value == 0)
            Fail($"field {field} is written although it has its default value");
        return value;
    }

    /// <summary>Optional bytes; empty when absent.</summary>
    public ReadOnlySpan<byte> Bytes(int field)
    {
        if (!Take(field, WireType.LengthDelimited))
            return default;
        var value = Delimited(field);
        if (value.IsEmpty)
            Fail($"field {field} is written although it is empty");
        return value;
    }

    /// <summary>Bytes of one exact length.</summary>
    public ReadOnlySpan<byte> FixedBytes(int field, int length)
    {
        var value = Bytes(field);
        if (Error is null && value.Length != length)
            Fail($"field {field} has {value.Length} bytes, not {length}");
        return Error is null ? value : new byte[length];
    }

    /// <summary>Optional UTF-8 text; empty when absent.</summary>
    public string String(int field)
    {
        var value = Bytes(field);
        try
        {
            return s_strictUtf8.GetString(value);
        }
        catch (DecoderFallbackException)
        {
            Fail($"field {field} is not UTF-8");
            return "";
        }
    }

    /// <summary>A sub-message or an element of a repeated field: present even when it is empty.</summary>
    public bool TryMessage(int field, out ReadOnlySpan<byte> value)
    {
        if (!Take(field, WireType.LengthDelimited, repeated: true))
        {
            value = default;
            return false;
        }

        value = Delimited(field);
        return Error is null;
    }

    /// <summary>The number of the next field, or 0 at the end: for oneofs.</summary>
    public readonly int PeekField()
    {
        var copy = this;
        return copy._position < copy._data.Length && copy.Error is null ? (int)Math.Min(copy.Varint() >> 3, int.MaxValue) : 0;
    }

    /// <summary>True when all bytes were read and nothing was wrong.</summary>
    public bool End()
    {
        if (Error is null && _position != _data.Length)
            Fail("there is an unknown, repeated or misplaced field, or bytes behind the end");
        return Error is null;
    }

    private bool Take(int field, WireType type, bool repeated = false)
    {
        if (Error is not null || _position == _data.Length)
            return false;
        if (field < _lastField || (field == _lastField && !repeated))
            throw new InvalidOperationException("Fields are read in ascending order.");

        var start = _position;
        var tag = Varint();
        if (tag != (((ulong)(uint)field << 3) | (ulong)type))
        {
            _position = start;
            return false;
        }

        _lastField = field;
        return Error is null;
    }

    private ReadOnlySpan<byte> Delimited(int field)
    {
        var length = Varint();
        if (Error is not null)
            return default;
        if (length > (ulong)(_data.Length - _position))
        {
            Fail($"field {field} is cut off");
            return default;
        }

        var value = _data.Slice(_position, (int)length);
        _position += (int)length;
        return value;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (_position == _data.Length)
            {
                Fail("a number is cut off");
                return 0;
            }

            var part = _data[_position++];
            if (shift == 63 && part > 1)
                break;
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                if (part == 0 && shift > 0)
                    Fail("a number is longer than it need be");
                return value;
            }
        }

        Fail("a number is longer than 64 bits");
        return 0;
    }
}
