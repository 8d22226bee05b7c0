using Google.Protobuf;
using SharedSequencer.Grpc.Calls;

namespace SharedSequencer.Grpc.Server;

/// <summary>The requests of a call that takes a stream of them.</summary>
internal sealed class ServerStreamReader<T>(ServerCall call, MessageParser<T> parser) : IAsyncStreamReader<T>
    where T : class, IMessage<T>
{
    private T? _current;

    public T Current => _current ?? throw new InvalidOperationException("There is no message before MoveNext, nor at the end.");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        _current = await call.ReadAsync(parser, cancellationToken);
        return _current is not null;
    }
}

/// <summary>The answers of a call that gives a stream of them.</summary>
internal sealed class ServerStreamWriter<T>(ServerCall call) : IServerStreamWriter<T>, IFramedStreamWriter
    where T : class, IMessage<T>
{
    public Task WriteAsync(T message, CancellationToken cancellationToken = default) => call.WriteAsync(message, cancellationToken);

    public Task WriteFramedAsync(ReadOnlyMemory<byte> frames) => call.WriteFramedAsync(frames);
}
