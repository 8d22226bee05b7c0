using System.Text.Json;

namespace SharedSequencer.Gateway.JsonRpc;

/// <summary>An item of a body: a call, or what is wrong with it.</summary>
internal readonly record struct RpcItem(RpcRequest Request, RpcError? Error);

/// <summary>A request's body: one call or a batch.</summary>
internal sealed class RpcBody : IDisposable
{
    /// <summary>Methods have short names; longer text is nobody's method and would only fill answers and logs.</summary>
    private const int MaximumMethodLength = 100;

    private readonly JsonDocument _document;

    private RpcBody(JsonDocument document, bool isBatch, IReadOnlyList<RpcItem> items)
    {
        _document = document;
        IsBatch = isBatch;
        Items = items;
    }

    public bool IsBatch { get; }

    public IReadOnlyList<RpcItem> Items { get; }

    /// <summary>Reads a body; null with an error that answers it as a whole.</summary>
    public static RpcBody? Read(ReadOnlyMemory<byte> bytes, int maximumBatch, out RpcError? error)
    {
        error = null;
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(bytes);
        }
        catch (JsonException e)
        {
            error = RpcError.Parse(e.Message);
            return null;
        }

        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Array)
            return new RpcBody(document, isBatch: false, [ReadItem(root)]);

        var count = root.GetArrayLength();
        if (count == 0)
            error = RpcError.InvalidRequest("empty batch");
        else if (count > maximumBatch)
            error = RpcError.InvalidRequest($"batch too large: {count} calls, at most {maximumBatch} are allowed");
        if (error is null)
            return new RpcBody(document, isBatch: true, [.. root.EnumerateArray().Select(ReadItem)]);
        document.Dispose();
        return null;
    }

    public void Dispose() => _document.Dispose();

    private static RpcItem ReadItem(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object)
            return new RpcItem(default, RpcError.InvalidRequest("invalid request: an object is needed"));

        var hasId = item.TryGetProperty("id"u8, out var id);
        if (hasId && id.ValueKind is not (JsonValueKind.String or JsonValueKind.Number or JsonValueKind.Null))
            return new RpcItem(default, RpcError.InvalidRequest("invalid request: the id must be a string or a number"));
        var request = new RpcRequest(id, "", default);
        if (!item.TryGetProperty("jsonrpc"u8, out var version) || version.ValueKind != JsonValueKind.String || !version.ValueEquals("2.0"u8))
            return new RpcItem(request, RpcError.InvalidRequest("invalid request: jsonrpc must be \"2.0\""));
        if (!item.TryGetProperty("method"u8, out var method) || method.ValueKind != JsonValueKind.String)
            return new RpcItem(request, RpcError.InvalidRequest("invalid request: the method is missing"));
        var name = method.GetString()!;
        if (name.Length > MaximumMethodLength)
            return new RpcItem(request, RpcError.MethodNotFound(name[..MaximumMethodLength] + "…"));
        var hasParameters = item.TryGetProperty("params"u8, out var parameters) && parameters.ValueKind != JsonValueKind.Null;
        if (hasParameters && parameters.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object))
            return new RpcItem(request, RpcError.InvalidParameters("non-array args"));
        return new RpcItem(new RpcRequest(id, name, hasParameters ? parameters : default), null);
    }
}
