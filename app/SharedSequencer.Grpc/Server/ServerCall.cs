using System.Buffers;
using Google.Protobuf;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SharedSequencer.Grpc.Calls;
using SharedSequencer.Grpc.Wire;

namespace SharedSequencer.Grpc.Server;

/// <summary>One call: its messages, its deadline and its end.</summary>
internal sealed class ServerCall : IDisposable
{
    /// <summary>HTTP/2's CANCEL.</summary>
    private const int Cancel = 0x8;

    /// <summary>HTTP/2's ENHANCE_YOUR_CALM: told to a client that does not take what it asked for.</summary>
    private const int TooSlow = 0xb;

    private readonly HttpContext _http;
    private readonly GrpcServerOptions _options;
    private readonly MessageReader _reader;
    private readonly CancellationTokenSource _ended;
    private readonly CancellationTokenSource _deadline = new();
    private readonly CancellationToken _stopping;
    private readonly SemaphoreSlim _writing = new(1, 1);

    public ServerCall(HttpContext http, string method, TimeSpan? timeout, Metadata headers, GrpcServerOptions options, CancellationToken stopping)
    {
        _http = http;
        _options = options;
        _stopping = stopping;
        _reader = new MessageReader(http.Request.Body, options.MaximumRequestBytes, options.Reserve, options.ReceiveDeadline);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping, _deadline.Token);
        var deadline = DateTime.MaxValue;
        if (timeout is { } time)
        {
            deadline = DateTime.UtcNow + time;
            _deadline.CancelAfter(time);
        }

        Context = new ServerCallContext(method, http.Connection.RemoteIpAddress + ":" + http.Connection.RemotePort, deadline, headers, _ended.Token);
    }

    public ServerCallContext Context { get; }

    /// <summary>The caller is gone, or was cut off: nothing can be answered.</summary>
    public bool IsGone => _http.RequestAborted.IsCancellationRequested;

    /// <summary>Reads the request of a call that has exactly one.</summary>
    public async Task<T> ReadOnlyRequestAsync<T>(MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token);
        patience.CancelAfter(_options.ReceiveDeadline);
        try
        {
            var request = await ReceiveAsync(_reader.NextAsync(parser, patience.Token))
                ?? throw new RpcException(new Status(StatusCode.Unimplemented, "The call has no request; exactly one is needed."));
            if (await ReceiveAsync(_http.Request.Body.ReadAsync(new byte[1], patience.Token).AsTask()) > 0)
                throw new RpcException(new Status(StatusCode.Unimplemented, "The call has more than one request; exactly one is needed."));
            return request;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !_ended.IsCancellationRequested)
        {
            throw new RpcException(new Status(
                StatusCode.DeadlineExceeded, $"The request did not arrive within {_options.ReceiveDeadline.TotalSeconds} s. Send it again."));
        }
    }

    /// <summary>The next request of a stream, or null at its end.</summary>
    public async Task<T?> ReadAsync<T>(MessageParser<T> parser, CancellationToken cancellation)
        where T : class, IMessage<T>
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _ended.Token);
        return await ReceiveAsync(_reader.NextAsync(parser, either.Token));
    }

    /// <summary>Writes an answer, and waits until the connection took it: a call holds one in memory however slow its reader is.</summary>
    /// <exception cref="RpcException">The answer is too large; nothing was written.</exception>
    /// <exception cref="OperationCanceledException">The call has ended, or the reader was too slow.</exception>
    public Task WriteAsync(IMessage message, CancellationToken cancellation) =>
        WriteAsync(writer => MessageFrame.Write(writer, message, _options.MaximumResponseBytes), cancellation);

    /// <summary>Writes answers that have their prefixes already, and waits until the connection took them.</summary>
    /// <exception cref="OperationCanceledException">The call has ended, or the reader was too slow.</exception>
    public Task WriteFramedAsync(ReadOnlyMemory<byte> frames) => WriteAsync(writer => writer.Write(frames.Span), CancellationToken.None);

    private async Task WriteAsync(Action<IBufferWriter<byte>> write, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _ended.Token);
        await _writing.WaitAsync(deadline.Token);
        try
        {
            deadline.Token.ThrowIfCancellationRequested();
            if (!_http.Response.HasStarted)
                _http.Response.ContentType = HeaderNames.ContentType;
            write(_http.Response.BodyWriter);
            deadline.CancelAfter(_options.SendDeadline);
            await FlushAsync(deadline.Token);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>The call was cancelled: by whom?</summary>
    public Status StatusOfCancellation() => _deadline.IsCancellationRequested
        ? new Status(StatusCode.DeadlineExceeded, "The deadline passed before the call was done.")
        : _stopping.IsCancellationRequested
            ? new Status(StatusCode.Unavailable, "The server is stopping. Try again soon, or another one.")
            : new Status(StatusCode.Cancelled, "The call was cancelled.");

    public void Dispose()
    {
        _reader.Dispose();
        _ended.Dispose();
        _deadline.Dispose();
        _writing.Dispose();
    }

    /// <summary>A request that breaks off is its caller's end of the call; it may be seen here before anywhere else.</summary>
    private static async Task<T> ReceiveAsync<T>(Task<T> reading)
    {
        try
        {
            return await reading;
        }
        catch (Exception error) when (error is IOException or ConnectionAbortedException or BadHttpRequestException)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "The request broke off."), inner: error);
        }
    }

    private async Task FlushAsync(CancellationToken deadline)
    {
        // Given the token, Kestrel would end the stream as if something had failed here.
        var flushed = _http.Response.BodyWriter.FlushAsync(CancellationToken.None).AsTask();
        try
        {
            await flushed.WaitAsync(deadline);
        }
        catch (OperationCanceledException)
        {
            // Half an answer may be on the wire: nothing can follow it.
            _http.Features.GetRequiredFeature<IHttpResetFeature>().Reset(_ended.IsCancellationRequested ? Cancel : TooSlow);
            await _ended.CancelAsync();
            throw;
        }
    }
}
