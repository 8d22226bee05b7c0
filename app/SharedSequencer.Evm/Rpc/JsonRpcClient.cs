using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;

namespace SharedSequencer.Evm.Rpc;

/// <summary>
/// JSON-RPC 2.0 over HTTP with bounds: a time-out for each request, and a most for the bytes of an answer. Safe for use by many
/// callers at once. Errors: <see cref="JsonRpcErrorException"/> when the server refuses,
/// <see cref="ClientUnreachableException"/> when there is no usable answer.
/// </summary>
public sealed class JsonRpcClient : IDisposable
{
    /// <summary>geth takes at most 1,000 calls in one request.</summary>
    public const int MaxBatch = 1_000;

    private static readonly MediaTypeHeaderValue s_json = new("application/json");

    private readonly HttpClient _http;
    private readonly Func<string>? _bearerToken;
    private readonly TimeSpan _timeout;

    /// <param name="url">The endpoint, such as http://127.0.0.1:8545.</param>
    /// <param name="timeout">For each request; 10 s when null.</param>
    /// <param name="maxResponseBytes">An answer beyond this is refused while it is read.</param>
    /// <param name="bearerToken">Made anew for each request, when given.</param>
    public JsonRpcClient(Uri url, TimeSpan? timeout = null, long maxResponseBytes = 64 << 20, Func<string>? bearerToken = null)
    {
        Url = url;
        _timeout = timeout ?? TimeSpan.FromSeconds(10);
        _bearerToken = bearerToken;
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            UseProxy = false,
            AllowAutoRedirect = false,
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = maxResponseBytes };
    }

    public Uri Url { get; }

    /// <summary>One call.</summary>
    /// <returns>The result, which may be JSON null.</returns>
    public async Task<JsonElement> CallAsync(JsonRpcCall call, CancellationToken cancellationToken = default)
    {
        var request = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(request))
            Write(writer, call, id: 0);

        using var document = await SendJsonAsync(call.Method, request.WrittenMemory, cancellationToken);
        return ReadAnswer(call.Method, document.RootElement).ResultOrThrow();
    }

    /// <summary>Many calls in as few requests as the server allows; the answers are in the calls' order.</summary>
    public async Task<JsonRpcAnswer[]> CallBatchAsync(IReadOnlyList<JsonRpcCall> calls, CancellationToken cancellationToken = default)
    {
        var answers = new JsonRpcAnswer[calls.Count];
        for (var start = 0; start < calls.Count; start += MaxBatch)
        {
            var count = Math.Min(MaxBatch, calls.Count - start);
            var request = new ArrayBufferWriter<byte>(count * 128);
            using (var writer = new Utf8JsonWriter(request))
            {
                writer.WriteStartArray();
                for (var i = 0; i < count; i++)
                    Write(writer, calls[start + i], i);
                writer.WriteEndArray();
            }

            var name = $"a batch of {count} calls";
            using var document = await SendJsonAsync(name, request.WrittenMemory, cancellationToken);
            ReadBatch(name, document.RootElement, calls, start, answers.AsSpan(start, count));
        }

        return answers;
    }

    /// <summary>Passes a request on as it is, and the answer's bytes back.</summary>
    public async Task<byte[]> ForwardAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken = default)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_timeout);
        try
        {
            using var content = new ReadOnlyMemoryContent(request);
            content.Headers.ContentType = s_json;
            using var message = new HttpRequestMessage(HttpMethod.Post, Url) { Content = content };
            if (_bearerToken is not null)
                message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _bearerToken());
            using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseContentRead, deadline.Token);
            var body = await response.Content.ReadAsByteArrayAsync(deadline.Token);
            return response.IsSuccessStatusCode
                ? body
                : throw new ClientUnreachableException(
                    $"{Url} answered HTTP {(int)response.StatusCode}: {System.Text.Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 200))).Trim()}");
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ClientUnreachableException($"{Url} did not answer within {_timeout.TotalSeconds:0.#} s.", e);
        }
        catch (HttpRequestException e)
        {
            throw new ClientUnreachableException($"{Url} gave no answer: {e.Message}", e);
        }
    }

    public void Dispose() => _http.Dispose();

    private static void Write(Utf8JsonWriter writer, JsonRpcCall call, int id)
    {
        writer.WriteStartObject();
        writer.WriteString("jsonrpc"u8, "2.0"u8);
        writer.WriteNumber("id"u8, id);
        writer.WriteString("method"u8, call.Method);
        writer.WriteStartArray("params"u8);
        call.WriteParameters(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static JsonRpcAnswer ReadAnswer(string method, JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object)
            throw new ClientUnreachableException($"{method}: the answer is no JSON-RPC object.");
        if (answer.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object)
        {
            var code = error.TryGetProperty("code", out var number) && TryReadInt32(number, out var value) ? value : 0;
            var text = error.TryGetProperty("message", out var message) ? message.ToString() : "no reason given";
            return new(default, new JsonRpcErrorException(method, code, text));
        }

        return answer.TryGetProperty("result", out var result)
            ? new(result.Clone(), null)
            : throw new ClientUnreachableException($"{method}: the answer has neither a result nor an error.");
    }

    private static bool TryReadInt32(JsonElement element, out int value)
    {
        value = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out value);
    }

    private static void ReadBatch(string name, JsonElement root, IReadOnlyList<JsonRpcCall> calls, int start, Span<JsonRpcAnswer> answers)
    {
        if (root.ValueKind != JsonValueKind.Array)
            throw ReadAnswer(name, root).Error ?? (Exception)new ClientUnreachableException($"{name}: the answer is no array.");

        var seen = new bool[answers.Length];
        foreach (var answer in root.EnumerateArray())
        {
            if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("id", out var number)
                || !TryReadInt32(number, out var id) || id < 0 || id >= answers.Length || seen[id])
            {
                throw new ClientUnreachableException($"{name}: an answer's id is missing, unknown or repeated.");
            }

            seen[id] = true;
            answers[id] = ReadAnswer(calls[start + id].Method, answer);
        }

        if (seen.Contains(false))
            throw new ClientUnreachableException($"{name}: some calls got no answer.");
    }

    private async Task<JsonDocument> SendJsonAsync(string name, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        var body = await ForwardAsync(request, cancellationToken);
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException e)
        {
            throw new ClientUnreachableException($"{name}: {Url} answered something that is not JSON.", e);
        }
    }
}
