using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;
using SharedSequencer.Grpc.Calls;

namespace SharedSequencer.Grpc.Wire;

/// <summary>Writes a message with its prefix, never compressed.</summary>
public static class MessageFrame
{
    /// <param name="maximum">Bytes of the message.</param>
    /// <exception cref="RpcException">The message is larger than the maximum; nothing was written.</exception>
    public static void Write(IBufferWriter<byte> writer, IMessage message, int maximum)
    {
        var size = message.CalculateSize();
        if (size > maximum)
            throw new RpcException(new Status(StatusCode.ResourceExhausted, $"The message has {size} bytes; at most {maximum} are sent here. Ask for less."));
        var prefix = writer.GetSpan(5);
        prefix[0] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(prefix[1..], (uint)size);
        writer.Advance(5);
        message.WriteTo(writer);
    }
}
