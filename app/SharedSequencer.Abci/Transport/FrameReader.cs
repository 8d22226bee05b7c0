using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using SharedSequencer.AbciProto.Abci;

namespace SharedSequencer.Abci.Transport;

/// <summary>
/// The socket's framing: an unsigned varint (LEB128, the least significant seven bits first) gives the length of the
/// protobuf <see cref="Request"/> that follows.
/// </summary>
internal static class FrameReader
{
    // Five groups of seven bits hold every length up to int.MaxValue.
    private const int MaxPrefixBytes = 5;

    /// <summary>Cuts the first whole frame off <paramref name="buffer"/>.</summary>
    /// <returns>False when more bytes are needed; the buffer is then unchanged.</returns>
    /// <exception cref="MalformedFrameException">The prefix is no length, is zero, or exceeds the limit: known before any
    /// of the frame itself is buffered.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, int maxLength, out ReadOnlySequence<byte> frame)
    {
        frame = default;
        if (!TryReadLength(buffer, out var length, out var prefixLength))
            return false;

        if (length == 0)
            throw new MalformedFrameException("a frame of zero bytes, where every request has a kind");
        if (length > maxLength)
            throw new MalformedFrameException($"a frame of {length} bytes, over the limit of {maxLength}");
        if (buffer.Length < prefixLength + length)
            return false;

        frame = buffer.Slice(prefixLength, length);
        buffer = buffer.Slice(prefixLength + length);
        return true;
    }

    /// <summary>Parses a frame's bytes.</summary>
    /// <exception cref="MalformedFrameException">They are no protobuf, or a request of no known kind.</exception>
    public static Request Parse(in ReadOnlySequence<byte> frame)
    {
        Request request;
        try
        {
            request = Request.Parser.ParseFrom(frame);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new MalformedFrameException($"a frame of {frame.Length} bytes that is no request: {e.Message}", e);
        }

        if (request.ValueCase == Request.ValueOneofCase.None)
            ThrowUnknownKind(frame);
        return request;
    }

    private static bool TryReadLength(in ReadOnlySequence<byte> buffer, out long length, out int prefixLength)
    {
        var reader = new SequenceReader<byte>(buffer);
        length = 0;
        for (prefixLength = 0; prefixLength < MaxPrefixBytes;)
        {
            if (!reader.TryRead(out var group))
                return false;
            length |= (long)(group & 0x7f) << (7 * prefixLength++);
            if ((group & 0x80) == 0)
                return true;
        }

        throw new MalformedFrameException($"a length prefix of more than {MaxPrefixBytes} bytes");
    }

    [DoesNotReturn]
    private static void ThrowUnknownKind(in ReadOnlySequence<byte> frame)
    {
        // The frame parsed, so that it has a first tag, and one that this version does not know.
        var field = WireFormat.GetTagFieldNumber(new CodedInputStream(frame.ToArray()).ReadTag());
        throw new MalformedFrameException($"a request of unknown kind (field {field})");
    }
}
