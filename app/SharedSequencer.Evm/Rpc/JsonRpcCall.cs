using System.Text.Json;

namespace SharedSequencer.Evm.Rpc;

/// <summary>One call: the method, and what writes its parameters inside the JSON array.</summary>
public readonly record struct JsonRpcCall(string Method, Action<Utf8JsonWriter> WriteParameters)
{
    /// <summary>A call whose parameters are strings.</summary>
    public static JsonRpcCall Of(string method, params string[] parameters) => new(method, writer =>
    {
        foreach (var parameter in parameters)
            writer.WriteStringValue(parameter);
    });
}
