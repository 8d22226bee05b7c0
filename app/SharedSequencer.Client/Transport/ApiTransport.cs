using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SharedSequencer.Api;

namespace SharedSequencer.Client.Transport;

/// <summary>Requests to one node: bounded in time and size, and every fault as one of two exceptions.</summary>
internal sealed class ApiTransport : IDisposable
{
    private const int MaximumProblemBytes = 64 * 1024;

    private readonly HttpClient _http;
    private readonly bool _ownsHttp;
    private readonly string _prefix;

    /// <exception cref="ArgumentException">The address is not absolute http or https.</exception>
    public ApiTransport(Uri node, HttpClient? http, SequencerClientOptions options)
    {
        if (!node.IsAbsoluteUri || node.Scheme is not ("http" or "https"))
            throw new ArgumentException($"'{node}' is not the address of a node: http://HOST:PORT is needed.", nameof(node));
        Node = node;
        Options = options;
        _prefix = $"{node.GetLeftPart(UriPartial.Path).TrimEnd('/')}/v1/";
        _ownsHttp = http is null;
        _http = http ?? new HttpClient(new SocketsHttpHandler
        {
            // A redirect could carry a bearer token, or a reader's trust, to another machine.
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public Uri Node { get; }

    public SequencerClientOptions Options { get; }

    public void Dispose()
    {
        if (_ownsHttp)
            _http.Dispose();
    }

    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, _prefix + path), type, cancellation);

    /// <summary>As <see cref="GetAsync"/>; null when the node says that there is no such thing, or not yet.</summary>
    public async Task<T?> FindAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return await GetAsync(path, type, cancellation).ConfigureAwait(false);
        }
        catch (SequencerApiException e) when (e is { Status: (int)HttpStatusCode.NotFound, Code: ProblemCodes.NotFound or ProblemCodes.NotYet })
        {
            return null;
        }
    }

    public Task<T> PostAsync<T>(string path, byte[] body, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, _prefix + path) { Content = content }, type, cancellation);
    }

    /// <summary>Posts JSON with a bearer token; the answer's body does not matter.</summary>
    public async Task PostJsonAsync<T>(string path, T body, JsonTypeInfo<T> type, string token, CancellationToken cancellation)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, type));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, _prefix + path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        _ = await SendAsync(request, (_, _) => Task.FromResult(true), cancellation).ConfigureAwait(false);
    }

    /// <summary>Opens a stream of server-sent events. The caller disposes of the answer.</summary>
    public async Task<HttpResponseMessage> OpenStreamAsync(string path, string? lastEventId, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _prefix + path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Options.RequestTimeout);
        HttpResponseMessage? response = null;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
                throw await ProblemOfAsync(response, limit.Token).ConfigureAwait(false);
            var stream = response;
            response = null;
            return stream;
        }
        catch (Exception e) when (AsConnectionFault(e, cancellation) is { } fault)
        {
            throw fault;
        }
        finally
        {
            response?.Dispose();
        }
    }

    /// <summary>What went wrong on the way, in words; null for what is not the connection's fault.</summary>
    public SequencerConnectionException? AsConnectionFault(Exception error, CancellationToken cancellation) => error switch
    {
        OperationCanceledException when !cancellation.IsCancellationRequested =>
            Fault($"did not answer within {Options.RequestTimeout.TotalSeconds:0.#} s", error),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } =>
            Fault($"is not reachable: {error.Message}", error),
        HttpRequestException or IOException => Fault($"broke the connection: {error.Message}", error),
        JsonException => Fault($"gave an answer that is not understood: {error.Message}", error),
        _ => null,
    };

    public SequencerConnectionException Fault(string what, Exception? inner = null) => new(Node, $"The node {Node} {what}", inner);

    private Task<T> SendAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        SendAsync(
            request,
            async (response, limit) =>
            {
                var body = await BoundedBody.ReadAsync(response.Content, Options.MaximumResponseBytes, limit).ConfigureAwait(false);
                return JsonSerializer.Deserialize(body.Span, type) ?? throw new JsonException("it is null.");
            },
            cancellation);

    private async Task<T> SendAsync<T>(
        HttpRequestMessage request, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Options.RequestTimeout);
        try
        {
            using (request)
            using (var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false))
            {
                return response.IsSuccessStatusCode
                    ? await read(response, limit.Token).ConfigureAwait(false)
                    : throw await ProblemOfAsync(response, limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (AsConnectionFault(e, cancellation) is { } fault)
        {
            throw fault;
        }
    }

    private static async Task<SequencerApiException> ProblemOfAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var status = (int)response.StatusCode;
        var body = await BoundedBody.ReadAsync(response.Content, MaximumProblemBytes, cancellation).ConfigureAwait(false);
        if (response.Content.Headers.ContentType?.MediaType == Problem.ContentType)
        {
            var problem = JsonSerializer.Deserialize(body.Span, ApiJson.Default.Problem) ?? throw new JsonException("it is null.");
            return new SequencerApiException(status, problem.Code, problem.Detail);
        }

        // Not from the node's own code: a proxy, or something else at this address.
        return new SequencerApiException(status, $"http_{status}", $"{response.RequestMessage?.RequestUri} answered {status} {response.ReasonPhrase}.");
    }
}
