using Microsoft.Extensions.DependencyInjection;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.Hosting.Health;
using SharedSequencer.Node.Chain;
using SharedSequencer.Node.Light;

namespace SharedSequencer.Node.Health;

/// <summary>What must be well before a node serves.</summary>
internal static class NodeReadiness
{
    public static ReadinessCheck Chain(IServiceProvider services) => ReadinessCheck.Of("chain", () =>
        services.GetRequiredService<ChainSource>().IsStarted ? null : "CometBFT has not connected and started the chain yet.");

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
