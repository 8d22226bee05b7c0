using NUnit.Framework;
using SharedSequencer.Devnet.Networks;

namespace SharedSequencer.SystemTests.Grpc;

/// <summary>One chain of each engine for all tests of gRPC, started by the first that asks for it.</summary>
[SetUpFixture]
internal sealed class GrpcChains
{
    private static readonly Dictionary<NetworkEngine, GrpcChain> s_started = [];

    public static async Task<GrpcChain> OfAsync(NetworkEngine engine)
    {
        if (!s_started.TryGetValue(engine, out var chain))
            s_started.Add(engine, chain = await GrpcChain.StartAsync(engine));
        return chain;
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        foreach (var chain in s_started.Values)
            await chain.DisposeAsync();
    }
}
