using System.Net;
using System.Net.Sockets;

namespace SharedSequencer.Bench.Load;

/// <summary>
/// One connection to CometBFT's RPC. It answers a connection's requests one after the other, so that what is sent on one
/// keeps its order; several requests go out in one write, to spend the processor on CometBFT and not on the sender.
/// </summary>
internal sealed class RpcLine(Uri rpc, string method) : ISender
{
    private const int BufferBytes = 1024 * 1024;

    private static ReadOnlySpan<byte> HeadEnd => "\r\n\r\n"u8;

    private static ReadOnlySpan<byte> LengthName => "Content-Length: "u8;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _bodyStart = RpcRequest.BodyStart(method);
    private readonly byte[] _output = new byte[BufferBytes];
    private readonly byte[] _input = new byte[BufferBytes];

    public Task ConnectAsync(CancellationToken cancellation) =>
        _socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, rpc.Port), cancellation).AsTask();

    /// <summary>Sends transactions in one write and waits for all answers.</summary>
    /// <returns>How many were taken.</returns>
    public async Task<int> SendAsync(ReadOnlyMemory<ReadOnlyMemory<byte>> transactions, CancellationToken cancellation)
    {
        var length = 0;
        for (var i = 0; i < transactions.Length; i++)
            length += RpcRequest.Write(_output.AsSpan(length), _bodyStart, transactions.Span[i].Span);
        for (var sent = 0; sent < length;)
            sent += await _socket.SendAsync(_output.AsMemory(sent, length - sent), cancellation);

        var (answers, taken, have) = (0, 0, 0);
        while (answers < transactions.Length)
        {
            var count = await _socket.ReceiveAsync(_input.AsMemory(have), cancellation);
            if (count == 0)
                throw new IOException("CometBFT closed the connection.");
            have += count;
            var used = 0;
            while (TryReadAnswer(_input.AsSpan(used, have - used), out var size, out var isGood))
            {
                used += size;
                answers++;
                taken += isGood ? 1 : 0;
            }

            _input.AsSpan(used, have - used).CopyTo(_input);
            have -= used;
        }

        return taken;
    }

    public void Dispose() => _socket.Dispose();

    private static bool TryReadAnswer(ReadOnlySpan<byte> input, out int size, out bool isGood)
    {
        size = 0;
        isGood = false;
        var head = input.IndexOf(HeadEnd);
        if (head < 0)
            return false;
        var place = input[..head].IndexOf(LengthName);
        if (place < 0 || !System.Buffers.Text.Utf8Parser.TryParse(input[(place + LengthName.Length)..head], out int length, out _))
            throw new InvalidDataException($"CometBFT's answer has no length: {System.Text.Encoding.ASCII.GetString(input[..head])}");
        size = head + HeadEnd.Length + length;
        if (input.Length < size)
            return false;
        isGood = input.Slice(head, size - head).IndexOf("\"code\":0,"u8) >= 0;
        return true;
    }
}
