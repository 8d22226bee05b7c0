using System.Text.Json;

namespace SharedSequencer.Engine.Rpc;

/// <summary>A method of the RPC: what it is called, its parameters by place, and what it does.</summary>
/// <param name="Run">Gives what writes the members of the result.</param>
internal sealed record RpcMethod(string Name, IReadOnlyList<string> Parameters, Func<RpcCall, Task<Action<Utf8JsonWriter>>> Run)
{
    /// <summary>Over WebSocket alone.</summary>
    public bool IsForSessions { get; init; }

    /// <summary>A method whose answer is at hand.</summary>
    public static RpcMethod Of(string name, IReadOnlyList<string> parameters, Func<RpcParameters, Action<Utf8JsonWriter>> answer) =>
        new(name, parameters, call => Task.FromResult(answer(call.Parameters)));
}

/// <summary>One call.</summary>
/// <param name="Id">As it was sent, for what follows the answer; not set for a URI.</param>
/// <param name="Session">Null unless it came over WebSocket.</param>
internal sealed record RpcCall(RpcParameters Parameters, JsonElement Id, SubscriberSession? Session, CancellationToken Cancellation);
