namespace SharedSequencer.Grpc.Calls;

/// <summary>Messages that come one after the other.</summary>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The message that <see cref="MoveNext"/> reached.</summary>
    T Current { get; }

    /// <summary>Waits for the next message; false at the stream's good end.</summary>
    /// <exception cref="RpcException">The call ended otherwise.</exception>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}

/// <summary>Where a server's method writes its answers.</summary>
public interface IServerStreamWriter<in T>
{
    /// <summary>Sends a message and waits until the connection took it, so that a slow reader slows the writer down.</summary>
    Task WriteAsync(T message, CancellationToken cancellationToken = default);
}

/// <summary>
/// What every writer of this server is, too: one that sends messages which were written down before, so that many calls can
/// share the same bytes. <c>MessageFrame</c> writes them.
/// </summary>
public interface IFramedStreamWriter
{
    /// <summary>Sends whole messages with their prefixes, and waits until the connection took them. Nobody may change them meanwhile.</summary>
    Task WriteFramedAsync(ReadOnlyMemory<byte> frames);
}

/// <summary>Streams as <c>await foreach</c> reads them.</summary>
public static class AsyncStreamReaderExtensions
{
    public static async IAsyncEnumerable<T> ReadAllAsync<T>(
        this IAsyncStreamReader<T> reader, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await reader.MoveNext(cancellationToken))
            yield return reader.Current;
    }
}
