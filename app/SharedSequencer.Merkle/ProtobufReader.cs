namespace SharedSequencer.Merkle;

/// <summary>
/// Reads the protobuf messages that <see cref="ProtobufWriter"/> writes. It is lenient about order and repetition:
/// whoever reads a proof writes it again and compares, so that one proof has one encoding.
/// </summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>The next field, if it is a length-delimited one.</summary>
    public bool TryReadBytes(out int field, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryReadTag(out field, out var wireType) || wireType != 2)
            return false;
        if (!TryReadVarint(out var length) || length > (ulong)_rest.Length)
            return false;
        value = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }

    private bool TryReadTag(out int field, out int wireType)
    {
        field = 0;
        wireType = 0;
        if (!TryReadVarint(out var tag) || tag > int.MaxValue)
            return false;
        field = (int)tag >> 3;
        wireType = (int)tag & 7;
        return true;
    }

    private bool TryReadVarint(out ulong value)
    {
        value = 0;
        for (var i = 0; i < _rest.Length && i < 10; i++)
        {
            if (i == 9 && _rest[i] > 1)
                return false;
            value |= (ulong)(_rest[i] & 0x7f) << (7 * i);
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
