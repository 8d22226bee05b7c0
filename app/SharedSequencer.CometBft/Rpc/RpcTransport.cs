using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using SharedSequencer.CometBft.Json;

namespace SharedSequencer.CometBft.Rpc;

/// <summary>JSON-RPC 2.0 over HTTP POST: one call, one bounded answer, one deadline.</summary>
internal sealed class RpcTransport : IDisposable
{
    private readonly CometRpcOptions _options;
    private readonly RpcEndpoint _endpoint;
    private readonly HttpClient _http;
    private int _lastId;

    public RpcTransport(CometRpcOptions options)
    {
        _options = options;
        _endpoint = RpcEndpoint.Parse(options.Address);
        // The deadline is this class's own, so that a timeout can be told from a caller's cancellation.
        _http = new HttpClient(_endpoint.CreateHandler(options)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <exception cref="CometRpcException">No answer came that can be read; an RPC error is an answer.</exception>
    public async Task<RpcAnswer> CallAsync(string method, Action<Utf8JsonWriter>? parameters, CancellationToken cancellation)
    {
        var id = Interlocked.Increment(ref _lastId) & int.MaxValue;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(_options.Timeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _endpoint.Url) { Content = Write(id, method, parameters) };
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            var text = await ReadAsync(method, response, deadline.Token);
            return ParseAnswer(method, id, response, text);
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            throw Failed(CometRpcFailure.Timeout, method, $"no whole answer came within {_options.Timeout.TotalSeconds} s", exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw Failed(
                CometRpcFailure.Unreachable, method, $"it cannot be reached: {exception.Message} Is CometBFT running there?", exception);
        }
    }

    public CometRpcException Failed(CometRpcFailure failure, string method, string why, Exception? inner = null) =>
        new(failure, $"CometBFT's RPC at {_options.Address}, call '{method}': {why}", inner);

    public void Dispose() => _http.Dispose();

    private static ReadOnlyMemoryContent Write(int id, string method, Action<Utf8JsonWriter>? parameters)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("jsonrpc", "2.0");
            json.WriteNumber("id", id);
            json.WriteString("method", method);
            json.WriteStartObject("params");
            parameters?.Invoke(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        var content = new ReadOnlyMemoryContent(buffer.WrittenMemory);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(string method, HttpResponseMessage response, CancellationToken cancellation)
    {
        var declared = response.Content.Headers.ContentLength;
        if (declared > _options.MaximumResponseBytes)
            throw TooLarge(method);

        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var buffer = new ArrayBufferWriter<byte>((int)Math.Max(declared ?? 0, 4096));
        while (true)
        {
            var read = await stream.ReadAsync(buffer.GetMemory(4096), cancellation);
            if (read == 0)
                return buffer.WrittenMemory;
            if (read > _options.MaximumResponseBytes - buffer.WrittenCount)
                throw TooLarge(method);
            buffer.Advance(read);
        }
    }

    private RpcAnswer ParseAnswer(string method, int id, HttpResponseMessage response, ReadOnlyMemory<byte> text)
    {
        try
        {
            return RpcAnswer.Parse(text, id);
        }
        catch (CometJsonException exception)
        {
            var status = response.IsSuccessStatusCode ? "" : $"HTTP status {(int)response.StatusCode}; ";
            throw Failed(CometRpcFailure.Malformed, method, status + exception.Message, exception);
        }
    }

    private CometRpcException TooLarge(string method) =>
        Failed(CometRpcFailure.TooLarge, method, $"the answer is larger than the {_options.MaximumResponseBytes} bytes that are read");
}
