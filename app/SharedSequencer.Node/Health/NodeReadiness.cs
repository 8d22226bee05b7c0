using Microsoft.Extensions.DependencyInjection;
using SharedSequencer.Abci;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.Hosting.Health;
using SharedSequencer.Node.Chain;
using SharedSequencer.Node.Light;

namespace SharedSequencer.Node.Health;

/// <summary>What must be well before a node serves.</summary>
internal static class NodeReadiness
{
    /// <remarks>A CometBFT that lost its application can hang in its end while its RPC still answers: that alone tells nothing.</remarks>
    public static ReadinessCheck Chain(IServiceProvider services) => ReadinessCheck.Of("chain", () =>
        !services.GetRequiredService<ChainSource>().IsStarted ? "CometBFT has not connected and started the chain yet."
        : services.GetRequiredService<AbciServer>().ConnectionCount == 0 ? "CometBFT is not connected."
        : null);

    public static ReadinessCheck CometRpc(IServiceProvider services) => new("cometbft_rpc", async cancellation =>
    {
        try
        {
            await services.GetRequiredService<CometRpcClient>().HealthAsync(cancellation);
            return services.GetRequiredService<LightBlockService>().Fault;
        }
        catch (CometRpcException error)
        {
            return error.Message;
        }
    });
}
