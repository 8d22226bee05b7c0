using SharedSequencer.Gateway.JsonRpc;
using SharedSequencer.Gateway.Pool;
using SharedSequencer.Gateway.Upstream;

namespace SharedSequencer.Gateway.Methods;

/// <summary><c>eth_getTransactionByHash(hash)</c>: geth's answer, or the pending form of what is in flight here.</summary>
internal sealed class GetTransactionByHash(ExecutionClient execution, PendingPool pool) : IRpcMethod
{
    public string Name => "eth_getTransactionByHash";

    public async Task<RpcResult> CallAsync(RpcRequest request, CancellationToken cancellation)
    {
        var hash = HexArgument.Hash(request.Arguments(1, 1)[0], 0);

        // Looked up first: a transaction that is executed in between is then found by geth.
        var pending = pool.Find(hash);
        var answer = await execution.ForwardAsync(request, cancellation);
        return pending is not null && answer.IsNull
            ? RpcResult.Of(writer => PendingTransactionJson.Write(writer, pending.Transaction))
            : answer;
    }
}
