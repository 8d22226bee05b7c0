using NUnit.Framework;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.SystemTests.Node;

namespace SharedSequencer.SystemTests.Recovery;

/// <summary>What only a CometBFT beside the node can go through: its end alone, and a rollback of its state.</summary>
[CancelAfter(600_000)]
internal sealed class HandshakeTests() : RecoveringChainTests(NetworkEngine.CometBft)
{
    [Test]
    public async Task CometBFT_killed_alone_goes_on_with_the_node_that_kept_running()
    {
        await Test.Chain.KillCometAsync();
        using var http = new HttpClient();
        _ = await Test.Chain.PollAsync("word that nobody is connected", async () =>
            await (await http.GetAsync(new Uri(Test.Chain.Api, "/readyz"))).Content.ReadAsStringAsync() is { } report
            && report.Contains("CometBFT is not connected", StringComparison.Ordinal) ? report : null);

        await Test.AssertGoesOnAsync();
    }

    [Test]
    public async Task After_a_rollback_of_CometBFTs_state_the_node_goes_on_with_or_without_its_own()
    {
        // S = T + 1, A = S
        await Test.KillBothAsync();
        await Test.Chain.RunCometAsync("rollback");
        await Test.AssertGoesOnAsync();

        // S = T + 1, A = T
        await Test.KillBothAsync();
        await Test.Chain.RunCometAsync("rollback");
        await Test.Chain.RunAsync("rollback", "--home", Test.Chain.Home);
        await Test.AssertGoesOnAsync();
    }
}
