using System.Diagnostics;
using Microsoft.Extensions.Logging;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Client;
using SharedSequencer.Gateway.Methods;
using SharedSequencer.Gateway.Upstream;

namespace SharedSequencer.Gateway.JsonRpc;

/// <summary>A method that the gateway answers itself.</summary>
internal interface IRpcMethod
{
    string Name { get; }

    /// <exception cref="RpcException">With the error to answer.</exception>
    Task<RpcResult> CallAsync(RpcRequest request, CancellationToken cancellation);
}

/// <summary>
/// Sends each call where it belongs: to a method of the gateway, to the execution client, or nowhere. A batch's calls for
/// the execution client travel together; its own methods are started in the batch's order.
/// </summary>
internal sealed partial class RpcRouter(
    IEnumerable<IRpcMethod> methods, ExecutionClient execution, GatewayMetrics metrics, ILogger<RpcRouter> log)
{
    private readonly Dictionary<string, IRpcMethod> _own = methods.ToDictionary(m => m.Name);

    public async Task<IReadOnlyList<RpcResult>> AnswerAsync(IReadOnlyList<RpcItem> items, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var results = new RpcResult[items.Count];
        List<(int Index, Task<RpcResult> Answer)> own = [];
        List<int> forwarded = [];
        for (var i = 0; i < items.Count; i++)
        {
            var (request, error) = items[i];
            if (error is not null)
                results[i] = RpcResult.Of(error);
            else if (_own.TryGetValue(request.Method, out var method))
                own.Add((i, CallAsync(method, request, cancellation)));
            else if (AllowedMethods.Contains(request.Method))
                forwarded.Add(i);
            else
                results[i] = RpcResult.Of(RpcError.MethodNotFound(request.Method));
        }

        if (forwarded.Count > 0)
        {
            var answers = await execution.ForwardAsync([.. forwarded.Select(i => items[i].Request)], cancellation);
            for (var i = 0; i < answers.Count; i++)
                results[forwarded[i]] = answers[i];
        }

        foreach (var (index, answer) in own)
            results[index] = await answer;

        for (var i = 0; i < items.Count; i++)
        {
            var method = items[i].Request.Method;
            var isKnown = method is not null && (_own.ContainsKey(method) || AllowedMethods.Contains(method));
            metrics.Answered(isKnown ? method! : "refused", results[i].Error?.Code, Stopwatch.GetElapsedTime(started));
        }

        return results;
    }

    private async Task<RpcResult> CallAsync(IRpcMethod method, RpcRequest request, CancellationToken cancellation)
    {
        try
        {
            return await method.CallAsync(request, cancellation);
        }
        catch (RpcException refusal)
        {
            return RpcResult.Of(refusal.Error);
        }
        catch (JsonRpcErrorException refusal)
        {
            return RpcResult.Of(new RpcError(refusal.Code, refusal.ServerMessage));
        }
        catch (ClientUnreachableException error)
        {
            LogUnavailable(method.Name, error);
            return RpcResult.Of(RpcError.Unavailable("the rollup's execution client does not answer; try again later"));
        }
        catch (Exception error) when (error is SequencerConnectionException or SequencerApiException)
        {
            LogUnavailable(method.Name, error);
            return RpcResult.Of(RpcError.Unavailable("the sequencer's node does not answer; try again later"));
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogFailed(method.Name, error);
            return RpcResult.Of(RpcError.Unavailable("internal error"));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} could not be answered")]
    private partial void LogUnavailable(string method, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed")]
    private partial void LogFailed(string method, Exception error);
}
