using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SharedSequencer.Bitcoin.Rpc;

/// <summary>JSON-RPC over HTTP as bitcoind speaks it: one call, one bounded answer, a deadline. Safe on every thread.</summary>
internal sealed class BitcoinRpcConnection : IDisposable
{
    private const int CookieBytes = 4096;

    private readonly BitcoinRpcOptions _options;
    private readonly HttpClient _http;
    private volatile AuthenticationHeaderValue? _authorization;

    public BitcoinRpcConnection(BitcoinRpcOptions options)
    {
        options.Validate();
        _options = options;
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),
            AllowAutoRedirect = false,
            UseProxy = false,
        })
        {
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Calls a method and gives the <c>result</c>.</summary>
    /// <exception cref="BitcoinRpcException">bitcoind refused, or gave no proper answer in time.</exception>
    public async Task<JsonElement> CallAsync(string method, JsonArray parameters, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var limit = timeout ?? _options.Timeout;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        try
        {
            var body = new JsonObject { ["jsonrpc"] = "1.0", ["id"] = 1, ["method"] = method, ["params"] = parameters }.ToJsonString();
            var (status, answer) = await SendAsync(method, body, deadline.Token);
            if (status == HttpStatusCode.Unauthorized && _options.CookieFile is not null)
            {
                // A restarted bitcoind has a new cookie.
                _authorization = null;
                (status, answer) = await SendAsync(method, body, deadline.Token);
            }

            return Read(method, status, answer);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BitcoinRpcException(method, null, $"no answer within {limit.TotalSeconds:0.#} s from {_options.Url}.", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new BitcoinRpcException(method, null, $"not reachable at {_options.Url}: {e.Message} Is it running, and is the port its RPC port?", e);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<(HttpStatusCode Status, ReadOnlyMemory<byte> Answer)> SendAsync(string method, string body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _options.Url)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = _authorization ??= await AuthorizeAsync(method, cancellationToken);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new ArrayBufferWriter<byte>(4096);
        while (true)
        {
            var read = await stream.ReadAsync(buffer.GetMemory(4096), cancellationToken);
            if (read == 0)
                return (response.StatusCode, buffer.WrittenMemory);
            buffer.Advance(read);
            if (buffer.WrittenCount > _options.MaximumAnswerBytes)
                throw new BitcoinRpcException(method, null, $"the answer is larger than {_options.MaximumAnswerBytes} bytes.");
        }
    }

    private async Task<AuthenticationHeaderValue> AuthorizeAsync(string method, CancellationToken cancellationToken)
    {
        var secret = _options.CookieFile is { } file ? await ReadCookieAsync(method, file, cancellationToken) : $"{_options.User}:{_options.Password}";
        return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)));
    }

    private static async Task<string> ReadCookieAsync(string method, string file, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(file).Length > CookieBytes)
                throw new BitcoinRpcException(method, null, $"'{file}' is no cookie file of bitcoind: it is larger than {CookieBytes} bytes.");
            return (await File.ReadAllTextAsync(file, cancellationToken)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BitcoinRpcException(method, null, $"its cookie file cannot be read: {e.Message} bitcoind writes it when it starts.", e);
        }
    }

    private JsonElement Read(string method, HttpStatusCode status, ReadOnlyMemory<byte> answer)
    {
        if (status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            throw new BitcoinRpcException(method, null, $"{_options.Url} does not accept our credentials (HTTP {(int)status}). Check the cookie file, or user and password, and rpcallowip.");
        try
        {
            using var document = JsonDocument.Parse(answer);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                throw new BitcoinRpcException(method, null, $"the answer (HTTP {(int)status}) is no JSON-RPC.");
            if (root.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object)
            {
                var code = error.TryGetProperty("code", out var number) && number.TryGetInt32(out var value) ? value : BitcoinRpcErrorCode.Misc;
                var message = error.TryGetProperty("message", out var text) ? text.ToString() : "no message";
                throw new BitcoinRpcException(method, code, message);
            }

            return root.TryGetProperty("result", out var result)
                ? result.Clone()
                : throw new BitcoinRpcException(method, null, $"the answer (HTTP {(int)status}) has no result.");
        }
        catch (JsonException e)
        {
            throw new BitcoinRpcException(method, null, $"the answer (HTTP {(int)status}, {answer.Length} bytes) is no JSON. Is {_options.Url} bitcoind's RPC?", e);
        }
    }
}
