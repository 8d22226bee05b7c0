using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace SharedSequencer.Evm.Rlp;

/// <summary>Writes canonical RLP (Ethereum Yellow Paper, appendix B). A list is written into a writer of its own, then added.</summary>
public sealed class RlpWriter
{
    private readonly ArrayBufferWriter<byte> _output = new();

    /// <summary>What was written so far, without a list header.</summary>
    public ReadOnlySpan<byte> Written => _output.WrittenSpan;

    /// <summary>Adds a string.</summary>
    public RlpWriter String(ReadOnlySpan<byte> value)
    {
        if (value.Length != 1 || value[0] >= 0x80)
            Header(0x80, value.Length);
        _output.Write(value);
        return this;
    }

    /// <summary>Adds an integer: big-endian, without leading zeros, zero as the empty string.</summary>
    public RlpWriter Integer(ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return String(bytes.TrimStart((byte)0));
    }

    /// <summary>Adds an integer of at most 32 bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or wider.</exception>
    public RlpWriter Integer(BigInteger value)
    {
        if (value.Sign < 0 || value.GetByteCount(isUnsigned: true) > 32)
            throw new ArgumentOutOfRangeException(nameof(value), value, "An unsigned integer of at most 256 bits is needed.");
        return value.IsZero ? String([]) : String(value.ToByteArray(isUnsigned: true, isBigEndian: true));
    }

    /// <summary>Adds items that are encoded already.</summary>
    public RlpWriter Encoded(ReadOnlySpan<byte> items)
    {
        _output.Write(items);
        return this;
    }

    /// <summary>Adds a list of what <paramref name="write"/> writes.</summary>
    public RlpWriter List(Action<RlpWriter> write)
    {
        var content = new RlpWriter();
        write(content);
        return List(content.Written);
    }

    /// <summary>Adds a list of items that are encoded already.</summary>
    public RlpWriter List(ReadOnlySpan<byte> items)
    {
        Header(0xc0, items.Length);
        return Encoded(items);
    }

    /// <summary>The whole encoding.</summary>
    public byte[] ToArray() => _output.WrittenSpan.ToArray();

    private void Header(int offset, int length)
    {
        if (length <= 55)
        {
            _output.Write([(byte)(offset + length)]);
            return;
        }

        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        var significant = bytes.TrimStart((byte)0);
        _output.Write([(byte)(offset + 55 + significant.Length)]);
        _output.Write(significant);
    }
}
