using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace SharedSequencer.Gateway.JsonRpc;

/// <summary>Writes JSON-RPC 2.0 answers.</summary>
internal static class RpcAnswerWriter
{
    /// <summary>One answer; an undefined id is written as null, as for what could not be read.</summary>
    public static void Write(Utf8JsonWriter writer, JsonElement id, RpcResult result)
    {
        writer.WriteStartObject();
        writer.WriteString("jsonrpc"u8, "2.0"u8);
        writer.WritePropertyName("id"u8);
        if (id.ValueKind == JsonValueKind.Undefined)
            writer.WriteNullValue();
        else
            writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(id), skipInputValidation: true);
        if (result.Error is { } error)
        {
            writer.WriteStartObject("error"u8);
            writer.WriteNumber("code"u8, error.Code);
            writer.WriteString("message"u8, error.Message);
            if (!error.Data.IsEmpty)
            {
                writer.WritePropertyName("data"u8);
                writer.WriteRawValue(error.Data.Span, skipInputValidation: true);
            }

            writer.WriteEndObject();
        }
        else
        {
            writer.WritePropertyName("result"u8);
            writer.WriteRawValue(result.Json.Span, skipInputValidation: true);
        }

        writer.WriteEndObject();
    }

    /// <summary>The answer to a body that could not be read.</summary>
    public static ReadOnlyMemory<byte> Whole(RpcError error)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
            Write(writer, default, RpcResult.Of(error));
        return buffer.WrittenMemory;
    }

    /// <summary>The answers to a body, in its order; empty when it held notifications only.</summary>
    public static ReadOnlyMemory<byte> Body(RpcBody body, IReadOnlyList<RpcResult> results)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            var any = false;
            for (var i = 0; i < results.Count; i++)
            {
                var item = body.Items[i];
                if (item.Error is null && item.Request.IsNotification)
                    continue;
                if (body.IsBatch && !any)
                    writer.WriteStartArray();
                any = true;
                Write(writer, item.Request.Id, results[i]);
            }

            if (body.IsBatch && any)
                writer.WriteEndArray();
        }

        return buffer.WrittenMemory;
    }
}
