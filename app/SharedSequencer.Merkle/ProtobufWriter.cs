namespace SharedSequencer.Merkle;

/// <summary>
/// Writes the few protobuf messages that are proofs: fields in ascending order, proto3 defaults left out. By hand,
/// because the trees depend on no library, and because these bytes must be the same everywhere.
/// </summary>
internal sealed class ProtobufWriter
{
    private byte[] _bytes = new byte[256];
    private int _length;

    /// <summary>A varint field; zero is left out.</summary>
    public void WriteVarint(int field, ulong value)
    {
        if (value == 0)
            return;
        Varint((ulong)field << 3);
        Varint(value);
    }

    /// <summary>A bytes or message field; empty is left out.</summary>
    public void WriteBytes(int field, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return;
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)value.Length);
        value.CopyTo(Reserve(value.Length));
    }

    public byte[] ToArray() => _bytes.AsSpan(0, _length).ToArray();

    private void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            Reserve(1)[0] = (byte)((value & 0x7f) | 0x80);
            value >>= 7;
        }

        Reserve(1)[0] = (byte)value;
    }

    private Span<byte> Reserve(int count)
    {
        if (_bytes.Length - _length < count)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }
}
