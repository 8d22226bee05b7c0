using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;
using SharedSequencer.Grpc.Calls;

namespace SharedSequencer.Grpc.Wire;

/// <summary>
/// Reads length-prefixed messages: one byte that says whether it is compressed, four bytes of length (big-endian), the
/// message. Never holds more than one of them, and nothing above the maximum.
/// </summary>
/// <param name="maximum">Bytes of one message.</param>
/// <param name="reserve">Takes memory for a message from a common budget; null when too little is left. Given back with the next message, or at the end.</param>
/// <param name="patience">How long a message may take once its prefix is there.</param>
internal sealed class MessageReader(Stream stream, int maximum, Func<int, IDisposable?>? reserve, TimeSpan patience) : IDisposable
{
    private const int PrefixBytes = 5;

    private readonly byte[] _prefix = new byte[PrefixBytes];
    private IDisposable? _reserved;

    /// <summary>The next message, or null at the end.</summary>
    /// <exception cref="RpcException">What came is no message, or a larger one than is taken.</exception>
    public async Task<T?> NextAsync<T>(MessageParser<T> parser, CancellationToken cancellation)
        where T : class, IMessage<T>
    {
        Free();
        var got = await stream.ReadAtLeastAsync(_prefix, PrefixBytes, throwOnEndOfStream: false, cancellation);
        if (got == 0)
            return null;
        if (got < PrefixBytes)
            throw Cut();
        if (_prefix[0] == 1)
            throw new RpcException(new Status(StatusCode.Internal, $"A message is compressed, although {HeaderNames.Encoding} names no compression. Send it as it is."));
        if (_prefix[0] != 0)
            throw new RpcException(new Status(StatusCode.Internal, $"A message begins with the byte {_prefix[0]}; 0 or 1 is needed."));
        var length = BinaryPrimitives.ReadUInt32BigEndian(_prefix.AsSpan(1));
        if (length > maximum)
            throw new RpcException(new Status(StatusCode.ResourceExhausted, $"A message has {length} bytes; at most {maximum} are taken here."));
        return await ParseAsync(parser, (int)length, cancellation);
    }

    public void Dispose() => Free();

    private async Task<T> ParseAsync<T>(MessageParser<T> parser, int length, CancellationToken cancellation)
        where T : class, IMessage<T>
    {
        if (reserve is not null)
        {
            _reserved = reserve(length)
                ?? throw new RpcException(new Status(StatusCode.ResourceExhausted, "This server reads as many messages as it can hold. Try again soon."));
        }

        var buffer = ArrayPool<byte>.Shared.Rent(length);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            if (patience != Timeout.InfiniteTimeSpan)
                deadline.CancelAfter(patience);
            await stream.ReadExactlyAsync(buffer.AsMemory(0, length), deadline.Token);
            return parser.ParseFrom(buffer, 0, length);
        }
        catch (EndOfStreamException)
        {
            throw Cut();
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new RpcException(new Status(StatusCode.Internal, $"A message cannot be read as protobuf: {error.Message}"), inner: error);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.DeadlineExceeded, $"A message did not arrive within {patience.TotalSeconds} s. Send it again."));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Free()
    {
        _reserved?.Dispose();
        _reserved = null;
    }

    private static RpcException Cut() => new(new Status(StatusCode.Internal, "The stream ends within a message."));
}
