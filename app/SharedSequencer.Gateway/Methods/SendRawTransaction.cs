using SharedSequencer.Gateway.JsonRpc;
using SharedSequencer.Gateway.Pool;

namespace SharedSequencer.Gateway.Methods;

/// <summary><c>eth_sendRawTransaction(bytes)</c> → the hash, once the sequencer's node has received it.</summary>
internal sealed class SendRawTransaction(TransactionIntake intake) : IRpcMethod
{
    public string Name => "eth_sendRawTransaction";

    public async Task<RpcResult> CallAsync(RpcRequest request, CancellationToken cancellation)
    {
        var raw = HexArgument.Bytes(request.Arguments(1, 1)[0], 0);
        return RpcResult.Of((await intake.AcceptAsync(raw, cancellation)).ToString());
    }
}
