using System.Numerics;

namespace SharedSequencer.Evm.Rlp;

/// <summary>
/// Reads RLP (Ethereum Yellow Paper, appendix B) in place, canonical encodings only, without exceptions: what is read comes
/// from anybody. A list is read by opening a reader over its content, so that depth is what the caller's schema asks for, and
/// nothing is allocated by a length that the bytes merely claim.
/// </summary>
public ref struct RlpReader(ReadOnlySpan<byte> data)
{
    private const byte StringOffset = 0x80;
    private const byte ListOffset = 0xc0;

    /// <summary>Payloads of up to this length have their length in the first byte.</summary>
    private const int ShortLimit = 55;

    private ReadOnlySpan<byte> _rest = data;

    /// <summary>True when every byte has been read.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Bytes not read yet.</summary>
    public readonly int Remaining => _rest.Length;

    /// <summary>Reads one string. False, and nothing read, when a list, a cut item or a non-canonical header comes next.</summary>
    public bool TryReadString(out ReadOnlySpan<byte> value)
    {
        if (!TryReadHeader(out var isList, out var headerLength, out var length) || isList)
        {
            value = default;
            return false;
        }

        value = _rest.Slice(headerLength, length);
        // A single byte below 0x80 is its own encoding: a header before it would be a second form.
        if (headerLength == 1 && length == 1 && value[0] < StringOffset)
        {
            value = default;
            return false;
        }

        _rest = _rest[(headerLength + length)..];
        return true;
    }

    /// <summary>Reads one list's header and steps over the list; <paramref name="content"/> reads its items.</summary>
    public bool TryReadList(out RlpReader content)
    {
        if (!TryReadHeader(out var isList, out var headerLength, out var length) || !isList)
        {
            content = default;
            return false;
        }

        content = new RlpReader(_rest.Slice(headerLength, length));
        _rest = _rest[(headerLength + length)..];
        return true;
    }

    /// <summary>Reads an unsigned integer of at most 8 bytes without leading zeros.</summary>
    public bool TryReadUInt64(out ulong value)
    {
        value = 0;
        var before = _rest;
        if (!TryReadString(out var bytes) || bytes.Length > sizeof(ulong) || HasLeadingZero(bytes))
        {
            _rest = before;
            return false;
        }

        foreach (var b in bytes)
            value = (value << 8) | b;
        return true;
    }

    /// <summary>Reads an unsigned integer of at most 32 bytes without leading zeros.</summary>
    public bool TryReadUInt256(out BigInteger value)
    {
        var before = _rest;
        if (!TryReadString(out var bytes) || bytes.Length > 32 || HasLeadingZero(bytes))
        {
            _rest = before;
            value = default;
            return false;
        }

        value = new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
        return true;
    }

    private static bool HasLeadingZero(ReadOnlySpan<byte> bytes) => bytes.Length > 0 && bytes[0] == 0;

    private readonly bool TryReadHeader(out bool isList, out int headerLength, out int length)
    {
        isList = false;
        headerLength = 0;
        length = 0;
        if (_rest.IsEmpty)
            return false;

        var first = _rest[0];
        if (first < StringOffset)
        {
            length = 1;
            return true;
        }

        isList = first >= ListOffset;
        var tag = first - (isList ? ListOffset : StringOffset);
        headerLength = 1;
        if (tag <= ShortLimit)
        {
            length = tag;
            return length <= _rest.Length - headerLength;
        }

        var lengthBytes = tag - ShortLimit;
        if (lengthBytes > _rest.Length - 1 || _rest[1] == 0)
            return false;

        ulong claimed = 0;
        foreach (var b in _rest.Slice(1, lengthBytes))
            claimed = (claimed << 8) | b;
        headerLength = 1 + lengthBytes;
        if (claimed <= ShortLimit || claimed > (ulong)(_rest.Length - headerLength))
            return false;
        length = (int)claimed;
        return true;
    }
}
