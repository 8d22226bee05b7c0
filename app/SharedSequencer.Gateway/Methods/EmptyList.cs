using SharedSequencer.Gateway.JsonRpc;

namespace SharedSequencer.Gateway.Methods;

/// <summary>A method whose answer is always an empty list: the gateway holds no accounts.</summary>
internal sealed class EmptyList(string name) : IRpcMethod
{
    public string Name => name;

    public Task<RpcResult> CallAsync(RpcRequest request, CancellationToken cancellation) => Task.FromResult(RpcResult.EmptyArray);
}
