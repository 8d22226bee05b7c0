using NUnit.Framework;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.SystemTests.Node;

namespace SharedSequencer.SystemTests.Recovery;

/// <summary>Tests that share one recovering chain, on which something is final from the start.</summary>
internal abstract class RecoveringChainTests(NetworkEngine engine)
{
    protected NetworkEngine RunsOn => engine;

    protected RecoveringChain Test { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        Test = new RecoveringChain(await LiveChain.StartAsync(engine));
        await Test.SendAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (Test is not null)
            await Test.Chain.DisposeAsync();
    }
}
