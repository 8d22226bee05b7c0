using System.Runtime.InteropServices;
using System.Text.Json;

namespace SharedSequencer.Gateway.JsonRpc;

/// <summary>One call as it was read.</summary>
/// <param name="Id">Undefined for a notification.</param>
/// <param name="Parameters">An array or object; undefined when there were none.</param>
internal readonly record struct RpcRequest(JsonElement Id, string Method, JsonElement Parameters)
{
    /// <summary>A call without an id is carried out and not answered (JSON-RPC 2.0, section 4.1).</summary>
    public bool IsNotification => Id.ValueKind == JsonValueKind.Undefined;

    /// <summary>Parameters given by place, at most <paramref name="most"/> of them.</summary>
    /// <exception cref="RpcException">Too few or too many, or not an array.</exception>
    public JsonElement[] Arguments(int least, int most)
    {
        if (Parameters.ValueKind is not (JsonValueKind.Array or JsonValueKind.Undefined))
            throw new RpcException(RpcError.InvalidParameters("non-array args"));
        var count = Parameters.ValueKind == JsonValueKind.Array ? Parameters.GetArrayLength() : 0;
        if (count < least)
            throw new RpcException(RpcError.InvalidParameters($"missing value for required argument {count}"));
        if (count > most)
            throw new RpcException(RpcError.InvalidParameters($"too many arguments, want at most {most}"));
        return Parameters.ValueKind == JsonValueKind.Array ? [.. Parameters.EnumerateArray()] : [];
    }

    /// <summary>Writes the call with another id, for the execution client.</summary>
    public void WriteTo(Utf8JsonWriter writer, int id)
    {
        writer.WriteStartObject();
        writer.WriteString("jsonrpc"u8, "2.0"u8);
        writer.WriteNumber("id"u8, id);
        writer.WriteString("method"u8, Method);
        writer.WritePropertyName("params"u8);
        if (Parameters.ValueKind == JsonValueKind.Undefined)
        {
            writer.WriteStartArray();
            writer.WriteEndArray();
        }
        else
        {
            writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(Parameters), skipInputValidation: true);
        }

        writer.WriteEndObject();
    }
}
