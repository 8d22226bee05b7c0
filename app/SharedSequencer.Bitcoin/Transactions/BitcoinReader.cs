using System.Buffers.Binary;

namespace SharedSequencer.Bitcoin;

/// <summary>
/// Reads Bitcoin's wire form from a span. Every count is checked against the bytes that are left before anything is
/// allocated for it, so that a few bytes can never ask for much memory.
/// </summary>
internal ref struct BitcoinReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private int _position;

    public readonly int Position => _position;

    public readonly int Remaining => _data.Length - _position;

    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (count < 0 || count > Remaining)
            throw new FormatException($"cut short: {count} bytes are needed at offset {_position}, {Remaining} are left.");
        var bytes = _data.Slice(_position, count);
        _position += count;
        return bytes;
    }

    public byte Byte() => Bytes(1)[0];

    public readonly byte PeekByte(int ahead) => ahead < Remaining
        ? _data[_position + ahead]
        : throw new FormatException($"cut short at offset {_position}.");

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Bytes(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8));

    public BitcoinHash Hash() => BitcoinHash.From(Bytes(BitcoinHash.Length));

    /// <summary>A compact size in its shortest form; a longer form of a small number is refused, as bitcoind does.</summary>
    public ulong CompactSize()
    {
        var offset = _position;
        var first = Byte();
        var (value, least) = first switch
        {
            0xfd => (BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2)), 0xfdUL),
            0xfe => (UInt32(), 0x1_0000UL),
            0xff => (UInt64(), 0x1_0000_0000UL),
            _ => (first, 0UL),
        };
        return value >= least ? value : throw new FormatException($"the count at offset {offset} is not in its shortest form.");
    }

    /// <summary>A number of items of at least <paramref name="leastBytesEach"/> bytes: more than can follow is refused.</summary>
    public int Count(int leastBytesEach)
    {
        var offset = _position;
        var count = CompactSize();
        return count <= (ulong)(Remaining / leastBytesEach)
            ? (int)count
            : throw new FormatException($"the count at offset {offset} is {count}, but only {Remaining} bytes follow.");
    }

    public byte[] VariableBytes() => Bytes(Count(1)).ToArray();
}
