using System.Text.Json;
using SharedSequencer.Engine.Events;

namespace SharedSequencer.Engine.Rpc;

/// <summary>Subscriptions, over WebSocket alone.</summary>
internal static class SubscriptionMethods
{
    public static IEnumerable<RpcMethod> All =>
    [
        For("subscribe", ["query"], call => call.Session!.Subscribe(Parse(call), call.Id)),
        For("unsubscribe", ["query"], call => call.Session!.Unsubscribe(call.Parameters.Text("query"))),
        For("unsubscribe_all", [], call => call.Session!.UnsubscribeAll()),
    ];

    private static RpcMethod For(string name, IReadOnlyList<string> parameters, Action<RpcCall> act) => new(name, parameters, call =>
    {
        act(call);
        return Task.FromResult<Action<Utf8JsonWriter>>(_ => { });
    })
    {
        IsForSessions = true,
    };

    private static EventQuery Parse(RpcCall call)
    {
        try
        {
            return EventQuery.Parse(call.Parameters.Text("query"));
        }
        catch (FormatException error)
        {
            throw RpcException.Internal(error.Message);
        }
    }
}
