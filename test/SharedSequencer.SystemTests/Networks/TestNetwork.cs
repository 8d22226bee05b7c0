using NUnit.Framework;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.SystemTests.Engine;

namespace SharedSequencer.SystemTests.Networks;

/// <summary>A local network in a folder of its own, on free ports; ended and removed with its test.</summary>
internal sealed class TestNetwork : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;

    private TestNetwork(TemporaryFolder folder, LocalNetwork network)
    {
        _folder = folder;
        Network = network;
    }

    public LocalNetwork Network { get; }

    /// <summary>Starts one node without Bitcoin and geth, on either engine; CometBFT makes empty blocks quickly.</summary>
    public static Task<TestNetwork> StartAsync(NetworkEngine engine, Func<NetworkPlan, NetworkPlan>? more = null) => StartAsync(plan =>
    {
        plan = plan with { Engine = engine, Bitcoin = false, Evm = false, CometOverrides = ShortBlocks.Overrides };
        return more?.Invoke(plan) ?? plan;
    });

    /// <summary>Starts a network; the test is ignored, with the reason, where a real program is missing.</summary>
    public static async Task<TestNetwork> StartAsync(Func<NetworkPlan, NetworkPlan> plan, Func<LocalNetwork, Task>? orders = null)
    {
        var folder = new TemporaryFolder();
        try
        {
            var network = await LocalNetwork.StartAsync(
                plan(new NetworkPlan { Root = ProgramFinder.FindRoot(), Folder = folder.File("network") }), TestContext.Progress.WriteLine, orders);
            return new TestNetwork(folder, network);
        }
        catch (MissingProgramException e)
        {
            folder.Dispose();
            Assert.Ignore(e.Message);
            throw;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Network.DisposeAsync();
        NetworkReset.Run(Network.Plan.Folder, _ => { });
        _folder.Dispose();
    }
}
