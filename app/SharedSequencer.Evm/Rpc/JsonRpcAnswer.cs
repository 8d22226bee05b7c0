using System.Text.Json;

namespace SharedSequencer.Evm.Rpc;

/// <summary>What came back for one call of a batch: a result, or the server's refusal.</summary>
public readonly record struct JsonRpcAnswer(JsonElement Result, JsonRpcErrorException? Error)
{
    /// <summary>The result.</summary>
    /// <exception cref="JsonRpcErrorException">The server refused the call.</exception>
    public JsonElement ResultOrThrow() => Error is null ? Result : throw Error;
}
