using System.Text.Json;

namespace SharedSequencer.Evm.Rpc;

/// <summary>
/// The Engine API's calls for a chain under the Cancun rules, on geth's authenticated port. Errors are those of <see cref="JsonRpcClient"/>.
/// </summary>
public sealed class EngineApi(Uri url, EngineSecret secret, TimeSpan? timeout = null) : IDisposable
{
    // Taking a full block needs its execution and its writes: longer than any other call.
    private readonly JsonRpcClient _client = new(url, timeout ?? TimeSpan.FromSeconds(30), bearerToken: secret.NewToken);

    /// <summary>Gives the client a block to execute and keep (engine_newPayloadV3). The head does not move.</summary>
    public async Task<PayloadStatus> NewPayloadAsync(JsonElement payload, EvmHash parentBeaconBlockRoot, CancellationToken cancellationToken = default) =>
        Status("engine_newPayloadV3", await _client.CallAsync(
            new("engine_newPayloadV3", writer =>
            {
                payload.WriteTo(writer);
                writer.WriteStartArray();
                writer.WriteEndArray();
                writer.WriteStringValue(parentBeaconBlockRoot.ToString());
            }),
            cancellationToken));

    /// <summary>Moves head, safe and finalized (engine_forkchoiceUpdatedV3); a zero hash leaves safe or finalized as it is.</summary>
    public async Task<PayloadStatus> ForkchoiceUpdatedAsync(EvmHash head, EvmHash safe, EvmHash finalized, CancellationToken cancellationToken = default)
    {
        const string method = "engine_forkchoiceUpdatedV3";
        var result = await _client.CallAsync(
            new(method, writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("headBlockHash"u8, head.ToString());
                writer.WriteString("safeBlockHash"u8, safe.ToString());
                writer.WriteString("finalizedBlockHash"u8, finalized.ToString());
                writer.WriteEndObject();
                writer.WriteNullValue();
            }),
            cancellationToken);
        return result.ValueKind == JsonValueKind.Object && result.TryGetProperty("payloadStatus", out var status)
            ? Status(method, status)
            : throw new ClientUnreachableException($"{method}: the answer has no payload status.");
    }

    public void Dispose() => _client.Dispose();

    private static PayloadStatus Status(string method, JsonElement result) =>
        result.ValueKind == JsonValueKind.Object && result.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.String
            ? new(status.GetString()!, result.TryGetProperty("validationError", out var error) && error.ValueKind == JsonValueKind.String ? error.GetString() : null)
            : throw new ClientUnreachableException($"{method}: the answer has no status.");
}
