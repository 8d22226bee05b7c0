using System.Runtime.CompilerServices;
using SharedSequencer.Grpc.Calls;

namespace SharedSequencer.Grpc.Client;

/// <summary>A call with one answer. It can be awaited; disposing of it gives it up.</summary>
public sealed class AsyncUnaryCall<TResponse> : IDisposable
{
    private readonly IClientCall _call;

    internal AsyncUnaryCall(IClientCall call, Task<TResponse> response)
    {
        _call = call;
        ResponseAsync = response;
    }

    /// <summary>The answer; fails with <see cref="RpcException"/> when the call ended otherwise.</summary>
    public Task<TResponse> ResponseAsync { get; }

    public TaskAwaiter<TResponse> GetAwaiter() => ResponseAsync.GetAwaiter();

    /// <summary>What the server sent before its answer.</summary>
    public Task<Metadata> ResponseHeadersAsync => _call.HeadersAsync;

    /// <summary>How the call ended.</summary>
    /// <exception cref="InvalidOperationException">It has not.</exception>
    public Status GetStatus() => _call.End.Status;

    /// <summary>What the server sent behind its answer.</summary>
    /// <exception cref="InvalidOperationException">The call has not ended.</exception>
    public Metadata GetTrailers() => _call.End.Trailers;

    public void Dispose() => _call.Dispose();
}

/// <summary>A call with a stream of answers. Disposing of it gives it up.</summary>
public sealed class AsyncServerStreamingCall<TResponse> : IDisposable
{
    private readonly IClientCall _call;

    internal AsyncServerStreamingCall(IClientCall call, IAsyncStreamReader<TResponse> responses)
    {
        _call = call;
        ResponseStream = responses;
    }

    public IAsyncStreamReader<TResponse> ResponseStream { get; }

    /// <summary>What the server sent before its first answer.</summary>
    public Task<Metadata> ResponseHeadersAsync => _call.HeadersAsync;

    /// <summary>How the call ended.</summary>
    /// <exception cref="InvalidOperationException">It has not.</exception>
    public Status GetStatus() => _call.End.Status;

    /// <summary>What the server sent behind its answers.</summary>
    /// <exception cref="InvalidOperationException">The call has not ended.</exception>
    public Metadata GetTrailers() => _call.End.Trailers;

    public void Dispose() => _call.Dispose();
}

/// <summary>A call under way, whatever its messages are.</summary>
internal interface IClientCall : IDisposable
{
    Task<Metadata> HeadersAsync { get; }

    (Status Status, Metadata Trailers) End { get; }
}
