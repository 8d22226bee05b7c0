using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using SharedSequencer.Grpc.Calls;
using SharedSequencer.Grpc.Wire;

namespace SharedSequencer.Grpc.Client;

/// <summary>One call: sends its request at once, reads its answers when asked, and knows how it ended.</summary>
internal sealed class ClientCall<TRequest, TResponse> : IClientCall, IAsyncStreamReader<TResponse>
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private readonly Method<TRequest, TResponse> _method;
    private readonly GrpcChannelOptions _channel;
    private readonly CancellationTokenSource _given;
    private readonly CancellationTokenSource _deadline = new();
    private readonly CancellationToken _givenUp;
    private readonly Task<HttpResponseMessage> _response;
    private MessageReader? _reader;
    private TResponse? _current;
    private (Status Status, Metadata Trailers)? _end;

    public ClientCall(HttpClient http, GrpcChannelOptions channel, Method<TRequest, TResponse> method, CallOptions options, TRequest request)
    {
        _method = method;
        _channel = channel;
        _given = CancellationTokenSource.CreateLinkedTokenSource(options.CancellationToken, _deadline.Token);
        _givenUp = _given.Token;
        TimeSpan? timeout = options.Deadline is { } deadline ? deadline.ToUniversalTime() - DateTime.UtcNow : null;
        if (timeout is { } time)
            _deadline.CancelAfter(time <= TimeSpan.Zero ? TimeSpan.Zero : time < GrpcTimeout.Longest ? time : GrpcTimeout.Longest);
        _response = SendAsync(http, Message(http, options, timeout, request));
    }

    public TResponse Current => _current ?? throw new InvalidOperationException("There is no message before MoveNext, nor at the end.");

    public Task<Metadata> HeadersAsync => GuardAsync(async () => MetadataOf((await _response).Headers), default);

    public (Status Status, Metadata Trailers) End => _end ?? throw new InvalidOperationException("The call has not ended.");

    /// <summary>The answer of a call that has exactly one.</summary>
    public Task<TResponse> ReadOnlyAsync() => GuardAsync(
        async () =>
        {
            var answer = await NextAsync(_givenUp);
            if (answer is null)
                throw Fail(new Status(StatusCode.Unimplemented, "The server sent no answer; exactly one is needed."));
            if (await NextAsync(_givenUp) is not null)
                throw Fail(new Status(StatusCode.Unimplemented, "The server sent more than one answer; exactly one is needed."));
            return answer;
        },
        default);

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _givenUp);
        _current = await GuardAsync(() => NextAsync(either.Token), cancellationToken);
        return _current is not null;
    }

    public void Dispose()
    {
        // A call that has not ended is given up: its stream is reset.
        _given.Cancel();
        _end ??= (new Status(StatusCode.Cancelled, "The call was given up."), []);
        _reader?.Dispose();
        if (_response.IsCompletedSuccessfully)
            _response.Result.Dispose();
        _given.Dispose();
        _deadline.Dispose();
    }

    private HttpRequestMessage Message(HttpClient http, CallOptions options, TimeSpan? timeout, TRequest request)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(http.BaseAddress!, _method.FullName))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new RequestContent(request, _channel.MaximumSendBytes),
        };
        message.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        message.Headers.TryAddWithoutValidation(HeaderNames.AcceptEncoding, HeaderNames.Identity);
        if (timeout is { } time)
            message.Headers.TryAddWithoutValidation(HeaderNames.Timeout, GrpcTimeout.Format(time));
        foreach (var entry in options.Headers ?? [])
            message.Headers.TryAddWithoutValidation(entry.Key, entry.Value ?? HeaderNames.EncodeBytes(entry.ValueBytes!));
        return message;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpClient http, HttpRequestMessage message)
    {
        using (message)
        {
            // A deadline that has passed already must not reach the server.
            _givenUp.ThrowIfCancellationRequested();
            return await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, _givenUp);
        }
    }

    /// <summary>The next answer; null at the good end. Any other end is thrown.</summary>
    private async Task<TResponse?> NextAsync(CancellationToken cancellation)
    {
        if (_end is { } ended)
            return ended.Status.StatusCode == StatusCode.OK ? null : throw new RpcException(ended.Status, ended.Trailers);
        var response = await _response.WaitAsync(cancellation);
        _reader ??= await BeginAsync(response, cancellation);
        if (_reader is not null && await _reader.NextAsync(_method.ResponseParser, cancellation) is { } answer)
            return answer;
        return Finish(_reader is null ? response.Headers : response.TrailingHeaders);
    }

    /// <summary>Null when the headers are all there is (Trailers-Only).</summary>
    private async Task<MessageReader?> BeginAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.StatusCode != HttpStatusCode.OK)
            throw Fail(TransportFailure.OfHttpStatus(response.StatusCode));
        var type = response.Content.Headers.ContentType?.ToString();
        if (!HeaderNames.IsGrpc(type))
            throw Fail(new Status(StatusCode.Unknown, $"The answer's content type is '{type}': this is no gRPC server."));
        if (response.Headers.Contains(HeaderNames.Status))
            return null;
        return new MessageReader(
            await response.Content.ReadAsStreamAsync(cancellation), _channel.MaximumReceiveBytes, null, Timeout.InfiniteTimeSpan);
    }

    private TResponse? Finish(HttpResponseHeaders trailers)
    {
        var status = !trailers.TryGetValues(HeaderNames.Status, out var codes)
            ? new Status(StatusCode.Internal, "The stream ended without a status.")
            : int.TryParse(codes.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
                ? new Status(code <= (int)StatusCode.Unauthenticated ? (StatusCode)code : StatusCode.Unknown, MessageOf(trailers))
                : new Status(StatusCode.Unknown, "The status is no number.");
        _end = (status, MetadataOf(trailers));
        return status.StatusCode == StatusCode.OK ? null : throw new RpcException(status, _end.Value.Trailers);
    }

    private async Task<T> GuardAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            return await work();
        }
        catch (RpcException error)
        {
            if (_end is null)
                Fail(error.Status, error);
            throw;
        }
        catch (Exception error) when (
            error is OperationCanceledException || (_givenUp.IsCancellationRequested && error is IOException or HttpRequestException or ObjectDisposedException))
        {
            throw Fail(
                _deadline.IsCancellationRequested && !cancellation.IsCancellationRequested
                    ? new Status(StatusCode.DeadlineExceeded, "The deadline passed before the call was done.")
                    : new Status(StatusCode.Cancelled, "The call was cancelled."),
                error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            // What the request's body refused to send comes up wrapped.
            throw error.InnerException is RpcException refused
                ? Fail(refused.Status, refused)
                : Fail(TransportFailure.Of(error), error);
        }
    }

    /// <summary>Ends the call on this side: the server is told by a reset.</summary>
    private RpcException Fail(Status status, Exception? inner = null)
    {
        _end ??= (status, []);
        if (_response.IsCompletedSuccessfully)
            _response.Result.Dispose();
        return new RpcException(status, null, inner);
    }

    private static string MessageOf(HttpResponseHeaders trailers) =>
        trailers.TryGetValues(HeaderNames.Message, out var texts) ? StatusMessage.Decode(texts.First()) : "";

    private static Metadata MetadataOf(HttpResponseHeaders headers) => HeaderNames.TryRead(
        headers.SelectMany(header => header.Value, (header, value) => KeyValuePair.Create(header.Key, value)), out var metadata, out var bad)
        ? metadata
        : throw new RpcException(new Status(StatusCode.Internal, $"The server's header {bad} is not base64."));
}
