using System.Buffers;
using System.Buffers.Binary;

namespace SharedSequencer.Bitcoin;

/// <summary>Writes Bitcoin's wire form.</summary>
internal sealed class BitcoinWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(256);

    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public void Bytes(ReadOnlySpan<byte> bytes) => _buffer.Write(bytes);

    public void Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }

    public void UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.GetSpan(2), value);
        _buffer.Advance(2);
    }

    public void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
    }

    public void Int32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
    }

    public void UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
    }

    public void CompactSize(ulong value)
    {
        switch (value)
        {
            case < 0xfd:
                Byte((byte)value);
                break;
            case <= ushort.MaxValue:
                Byte(0xfd);
                UInt16((ushort)value);
                break;
            case <= uint.MaxValue:
                Byte(0xfe);
                UInt32((uint)value);
                break;
            default:
                Byte(0xff);
                UInt64(value);
                break;
        }
    }

    public void VariableBytes(ReadOnlySpan<byte> bytes)
    {
        CompactSize((ulong)bytes.Length);
        Bytes(bytes);
    }
}
