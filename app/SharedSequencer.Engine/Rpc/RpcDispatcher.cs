using System.Buffers;
using System.Text.Json;

namespace SharedSequencer.Engine.Rpc;

/// <summary>Finds a call's method, runs it, and writes the answer or the error as CometBFT does.</summary>
internal sealed class RpcDispatcher(IEnumerable<RpcMethod> methods)
{
    private readonly Dictionary<string, RpcMethod> _methods = methods.ToDictionary(method => method.Name, StringComparer.Ordinal);

    public IEnumerable<string> Names => _methods.Keys;

    public RpcMethod? Find(string name) => _methods.GetValueOrDefault(name);

    /// <summary>Answers one request of JSON-RPC.</summary>
    /// <returns>Null for a notification, which has no id and gets no answer.</returns>
    public async Task<byte[]?> AnswerAsync(JsonElement request, SubscriberSession? session, CancellationToken cancellation)
    {
        if (request.ValueKind != JsonValueKind.Object)
            return Failed(default, RpcException.Parse("a request is an object"));
        if (!request.TryGetProperty("id", out var id) || id.ValueKind == JsonValueKind.Null)
            return null;
        try
        {
            if (id.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
                throw RpcException.Parse("an id is a number or a string");
            if (!request.TryGetProperty("method", out var name) || name.ValueKind != JsonValueKind.String
                || Find(name.GetString()!) is not { } method || (method.IsForSessions && session is null))
                throw RpcException.MethodNotFound();
            request.TryGetProperty("params", out var parameters);
            var write = await method.Run(new RpcCall(RpcParameters.Of(parameters, method.Parameters), id, session, cancellation));
            return Succeeded(id, write);
        }
        catch (RpcException error)
        {
            return Failed(id, error);
        }
    }

    /// <param name="id">Not set for calls by URI, whose id is -1.</param>
    public static byte[] Succeeded(JsonElement id, Action<Utf8JsonWriter> write) => Write(json =>
    {
        Begin(json, id);
        json.WriteStartObject("result");
        write(json);
        json.WriteEndObject();
    });

    public static byte[] Failed(JsonElement id, RpcException error) => Write(json =>
    {
        Begin(json, id);
        json.WriteStartObject("error");
        json.WriteNumber("code", error.Code);
        json.WriteString("message", error.Text);
        if (error.Message.Length > 0)
            json.WriteString("data", error.Message);
        json.WriteEndObject();
    });

    /// <summary>Joins the answers of a batch.</summary>
    public static byte[] Join(IReadOnlyList<byte[]> answers) => Write(json =>
    {
        json.WriteStartArray();
        foreach (var answer in answers)
            json.WriteRawValue(answer, skipInputValidation: true);
        json.WriteEndArray();
    }, isObject: false);

    private static byte[] Write(Action<Utf8JsonWriter> write, bool isObject = true)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            if (isObject)
                json.WriteStartObject();
            write(json);
            if (isObject)
                json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Begin(Utf8JsonWriter json, JsonElement id)
    {
        const int OfUri = -1;
        json.WriteString("jsonrpc", "2.0");
        if (id.ValueKind is JsonValueKind.String or JsonValueKind.Number)
        {
            json.WritePropertyName("id");
            id.WriteTo(json);
        }
        else
        {
            json.WriteNumber("id", OfUri);
        }
    }
}
