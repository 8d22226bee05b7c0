using System.Text.Json;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Gateway.Following;
using SharedSequencer.Gateway.JsonRpc;
using SharedSequencer.Gateway.Pool;
using SharedSequencer.Gateway.Upstream;

namespace SharedSequencer.Gateway.Methods;

/// <summary>
/// <c>eth_getTransactionCount(address, block)</c>: for <c>pending</c> geth's latest count and what is in flight here, as
/// wallets take their next nonce from it; any other block is geth's to answer.
/// </summary>
internal sealed class GetTransactionCount(ExecutionClient execution, SliceView slices, GethRpc geth, PendingPool pool) : IRpcMethod
{
    public string Name => "eth_getTransactionCount";

    public async Task<RpcResult> CallAsync(RpcRequest request, CancellationToken cancellation)
    {
        var arguments = request.Arguments(1, 2);
        if (arguments.Length < 2 || arguments[1].ValueKind != JsonValueKind.String || !arguments[1].ValueEquals("pending"u8))
            return await execution.ForwardAsync(request, cancellation);
        var sender = HexArgument.Address(arguments[0], 0);
        slices.EnsureReached();
        while (true)
        {
            var executions = pool.Executions;
            var executed = await geth.NonceAsync(sender, BlockReference.Latest, cancellation);
            if (pool.TryNextNonce(sender, executed, executions, out var next))
                return RpcResult.Of(Quantity.Of(next));
        }
    }
}
