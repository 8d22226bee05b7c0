using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace SharedSequencer.Gateway.JsonRpc;

/// <summary>The outcome of a call: a JSON value as UTF-8, or an error.</summary>
internal readonly record struct RpcResult(ReadOnlyMemory<byte> Json, RpcError? Error)
{
    public static RpcResult Null { get; } = new("null"u8.ToArray(), null);

    public static RpcResult EmptyArray { get; } = new("[]"u8.ToArray(), null);

    public static RpcResult Of(RpcError error) => new(default, error);

    public static RpcResult Of(string text) => Of(writer => writer.WriteStringValue(text));

    public static RpcResult Of(JsonElement value) => new(JsonMarshal.GetRawUtf8Value(value).ToArray(), null);

    public static RpcResult Of(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
            write(writer);
        return new RpcResult(buffer.WrittenMemory, null);
    }

    public bool IsNull => Error is null && Json.Span.SequenceEqual("null"u8);
}
