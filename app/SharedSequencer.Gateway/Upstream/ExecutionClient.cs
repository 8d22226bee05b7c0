using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Gateway.Configuration;
using SharedSequencer.Gateway.JsonRpc;

namespace SharedSequencer.Gateway.Upstream;

/// <summary>Passes calls on to geth, a bounded number at a time, and brings its answers or its refusals back.</summary>
internal sealed partial class ExecutionClient(GatewayOptions options, GethRpc geth, ILogger<ExecutionClient> log) : IDisposable
{
    private readonly SemaphoreSlim _concurrent = new(options.UpstreamConcurrency);

    public void Dispose() => _concurrent.Dispose();

    /// <summary>One answer for each call, in their order; an error for each when geth does not answer.</summary>
    public async Task<IReadOnlyList<RpcResult>> ForwardAsync(IReadOnlyList<RpcRequest> requests, CancellationToken cancellation)
    {
        await _concurrent.WaitAsync(cancellation);
        try
        {
            using var document = JsonDocument.Parse(await geth.Client.ForwardAsync(Encode(requests), cancellation));
            return Decode(document.RootElement, requests.Count);
        }
        catch (Exception error) when (error is ClientUnreachableException or JsonException)
        {
            LogUnavailable(requests.Count, requests[0].Method, error);
            var failure = error.InnerException is OperationCanceledException
                ? new RpcError(RpcError.TimedOutCode, "request timed out")
                : RpcError.Unavailable("the rollup's execution client gave no usable answer; try again later, or ask for less");
            return [.. requests.Select(_ => RpcResult.Of(failure))];
        }
        finally
        {
            _concurrent.Release();
        }
    }

    public async Task<RpcResult> ForwardAsync(RpcRequest request, CancellationToken cancellation) =>
        (await ForwardAsync([request], cancellation))[0];

    private static ReadOnlyMemory<byte> Encode(IReadOnlyList<RpcRequest> requests)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            if (requests.Count > 1)
                writer.WriteStartArray();
            for (var i = 0; i < requests.Count; i++)
                requests[i].WriteTo(writer, i);
            if (requests.Count > 1)
                writer.WriteEndArray();
        }

        return buffer.WrittenMemory;
    }

    private static RpcResult[] Decode(JsonElement root, int count)
    {
        var results = new RpcResult[count];
        Array.Fill(results, RpcResult.Of(RpcError.Unavailable("the rollup's execution client left this call without an answer")));
        if (root.ValueKind == JsonValueKind.Object)
        {
            // A whole batch can be refused by one error.
            var one = ReadOne(root);
            if (count == 1 || one.Error is not null)
                Array.Fill(results, one);
            return results;
        }

        if (root.ValueKind != JsonValueKind.Array)
            return results;
        foreach (var answer in root.EnumerateArray())
        {
            if (answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("id"u8, out var id)
                && id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out var index) && index >= 0 && index < count)
            {
                results[index] = ReadOne(answer);
            }
        }

        return results;
    }

    private static RpcResult ReadOne(JsonElement answer)
    {
        if (answer.TryGetProperty("error"u8, out var error) && error.ValueKind == JsonValueKind.Object)
        {
            var code = error.TryGetProperty("code"u8, out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var value)
                ? value
                : RpcError.ServerErrorCode;
            var message = error.TryGetProperty("message"u8, out var text) ? text.GetString() : null;

            // A wallet polls for a receipt and takes null for "not yet", but an error for a failure.
            if (GethMessages.IsIndexing(message ?? ""))
                return RpcResult.Null;
            var data = error.TryGetProperty("data"u8, out var more) ? RpcResult.Of(more).Json : default;
            return RpcResult.Of(new RpcError(code, message ?? "no reason given") { Data = data });
        }

        return answer.TryGetProperty("result"u8, out var result) ? RpcResult.Of(result) : RpcResult.Null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The execution client did not answer {Count} calls, the first {Method}")]
    private partial void LogUnavailable(int count, string method, Exception error);
}
