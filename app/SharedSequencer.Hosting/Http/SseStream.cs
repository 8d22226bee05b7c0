using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SharedSequencer.Api;

namespace SharedSequencer.Hosting.Http;

/// <summary>
/// Server-sent events (WHATWG HTML, "Server-sent events"). Each send waits until the connection has taken the event, so a
/// stream holds one event in memory however slow its client is.
/// </summary>
public sealed class SseStream : IAsyncDisposable
{
    /// <summary>Every stream's content type.</summary>
    public const string ContentType = "text/event-stream";

    private static readonly byte[] s_heartbeat = ":\n\n"u8.ToArray();

    private readonly HttpContext _context;
    private readonly SseOptions _options;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly CancellationTokenSource _ended;
    private readonly Task _heartbeats;
    private long _lastWrite = Environment.TickCount64;

    private SseStream(HttpContext context, SseOptions options, CancellationToken stopping)
    {
        _context = context;
        _options = options;
        _ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        _heartbeats = SendHeartbeatsAsync();
    }

    /// <summary>Cancelled when the client is gone, was too slow, or the program stops.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>The id of the last event that a resuming client has seen (<c>Last-Event-ID</c>); null when it has none.</summary>
    /// <exception cref="ProblemException">400: it is longer than any id that is given out here, or there are several.</exception>
    public static string? LastEventId(HttpContext context) => context.Request.Headers["Last-Event-ID"] switch
    {
        [] or [""] => null,
        [{ Length: <= 64 } id] => id,
        _ => throw new ProblemException(
            400, ProblemCodes.BadRequest, "Bad request", "Last-Event-ID is no id that this stream has sent: send the last one back, once, as it came."),
    };

    /// <summary>Sends the headers, runs <paramref name="produce"/> until it returns or the stream ends.</summary>
    /// <param name="stopping">The host's stopping token: open streams must not hold up its end.</param>
    public static async Task RunAsync(HttpContext context, SseOptions options, CancellationToken stopping, Func<SseStream, Task> produce)
    {
        context.Response.ContentType = ContentType;
        context.Response.Headers.CacheControl = "no-cache, no-transform";
        context.Response.Headers["X-Accel-Buffering"] = "no";

        // A quiet stream sends less than Kestrel's minimum rate; the write deadline bounds slowness instead.
        if (context.Features.Get<Microsoft.AspNetCore.Server.Kestrel.Core.Features.IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        if (HeadRequests.IsHead(context))
            return;
        await context.Response.StartAsync(context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);

        await using var stream = new SseStream(context, options, stopping);
        try
        {
            await produce(stream);
        }
        catch (OperationCanceledException) when (stream.Ended.IsCancellationRequested)
        {
            // The client is gone or the program stops: the stream's normal end.
        }
    }

    /// <summary>Sends one event whose data is JSON, and waits until the connection took it.</summary>
    /// <param name="id">What the client gives back as <c>Last-Event-ID</c>; null sends none.</param>
    /// <exception cref="OperationCanceledException">The stream has ended.</exception>
    public Task SendAsync<T>(string eventName, T data, JsonTypeInfo<T> type, string? id = null) =>
        SendAsync(eventName, JsonSerializer.SerializeToUtf8Bytes(data, type), id);

    /// <summary>Sends one event with UTF-8 data without line breaks.</summary>
    /// <exception cref="OperationCanceledException">The stream has ended.</exception>
    public Task SendAsync(string eventName, ReadOnlyMemory<byte> data, string? id = null)
    {
        var frame = new ArrayBufferWriter<byte>(data.Length + 64);
        SseFrame.Write(frame, eventName, data.Span, id);
        return WriteAsync(frame.WrittenMemory);
    }

    /// <summary>Sends whole events that <see cref="SseFrame"/> wrote. Nobody may change them meanwhile; other streams may send them too.</summary>
    /// <exception cref="OperationCanceledException">The stream has ended.</exception>
    public Task SendAsync(ReadOnlyMemory<byte> frames) => WriteAsync(frames);

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _heartbeats;
        _ended.Dispose();
        _writing.Dispose();
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> frame)
    {
        await _writing.WaitAsync(Ended);
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Ended);
            deadline.CancelAfter(_options.WriteDeadline);
            await _context.Response.Body.WriteAsync(frame, deadline.Token);
            await _context.Response.Body.FlushAsync(deadline.Token);
            Volatile.Write(ref _lastWrite, Environment.TickCount64);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // Half an event may be on the wire: the connection is of no use any more.
            if (!_context.RequestAborted.IsCancellationRequested)
                _context.Abort();
            await _ended.CancelAsync();
            throw new OperationCanceledException("The event stream has ended.", error, Ended);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task SendHeartbeatsAsync()
    {
        try
        {
            while (true)
            {
                var idle = TimeSpan.FromMilliseconds(Environment.TickCount64 - Volatile.Read(ref _lastWrite));
                if (idle >= _options.Heartbeat)
                    await WriteAsync(s_heartbeat);
                else
                    await Task.Delay(_options.Heartbeat - idle + TimeSpan.FromMilliseconds(1), Ended);
            }
        }
        catch (OperationCanceledException)
        {
            // The stream has ended.
        }
    }
}
