using System.Buffers;
using System.Net.Sockets;
using Google.Protobuf;
using SharedSequencer.AbciProto.Abci;

namespace SharedSequencer.Abci.Transport;

/// <summary>
/// Frames responses and sends them. Small answers gather, so that a pipelined batch costs few system calls; one thread
/// uses it.
/// </summary>
internal sealed class ResponseWriter(Socket socket)
{
    private const int FlushBytes = 64 * 1024;
    private const int FlushResponses = 64;

    // Room for a usual block's proposal, which comes with every height.
    private const int MaxKeptBytes = 8 * 1024 * 1024;
    private const int MaxPrefixBytes = 5;

    private ArrayBufferWriter<byte> _buffer = new(FlushBytes);
    private int _responses;

    public bool HasUnsent => _responses > 0;

    /// <summary>Buffers the response, and sends what has gathered once that is enough.</summary>
    /// <exception cref="SocketException">The peer is gone.</exception>
    public void Write(Response response)
    {
        var size = response.CalculateSize();
        WriteLength(size);

        // At once: growing by doubling would leave twice its size behind.
        _ = _buffer.GetSpan(size);
        response.WriteTo(_buffer);
        _responses++;
        if (_responses >= FlushResponses || _buffer.WrittenCount >= FlushBytes)
            Flush();
    }

    /// <summary>Sends all that has gathered; blocks while the peer does not read.</summary>
    /// <exception cref="SocketException">The peer is gone.</exception>
    public void Flush()
    {
        var unsent = _buffer.WrittenSpan;
        while (!unsent.IsEmpty)
            unsent = unsent[socket.Send(unsent)..];
        _responses = 0;
        if (_buffer.Capacity > MaxKeptBytes)
            _buffer = new ArrayBufferWriter<byte>(FlushBytes);
        else
            _buffer.ResetWrittenCount();
    }

    private void WriteLength(int length)
    {
        var prefix = _buffer.GetSpan(MaxPrefixBytes);
        var count = 0;
        var rest = (uint)length;
        for (; rest >= 0x80; rest >>= 7)
            prefix[count++] = (byte)(rest & 0x7f | 0x80);
        prefix[count++] = (byte)rest;
        _buffer.Advance(count);
    }
}
