using SharedSequencer.Gateway.JsonRpc;
using SharedSequencer.Gateway.Pool;
using SharedSequencer.Gateway.Upstream;

namespace SharedSequencer.Gateway.Methods;

/// <summary>
/// <c>eth_getTransactionReceipt(hash)</c>: geth's answer; null for what is in flight here, also while geth still indexes its
/// blocks after a start and answers with an error, at which wallets would stop waiting.
/// </summary>
internal sealed class GetTransactionReceipt(ExecutionClient execution, PendingPool pool) : IRpcMethod
{
    public string Name => "eth_getTransactionReceipt";

    public async Task<RpcResult> CallAsync(RpcRequest request, CancellationToken cancellation)
    {
        var hash = HexArgument.Hash(request.Arguments(1, 1)[0], 0);
        var isPending = pool.Find(hash) is not null;
        var answer = await execution.ForwardAsync(request, cancellation);
        return isPending && answer.Error is { Code: RpcError.ServerErrorCode } ? RpcResult.Null : answer;
    }
}
