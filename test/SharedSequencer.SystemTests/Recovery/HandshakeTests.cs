using NUnit.Framework;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.SystemTests.Node;

namespace SharedSequencer.SystemTests.Recovery;

/// <summary>What only a CometBFT beside the node can go through: its end alone, and a rollback of its state.</summary>
[CancelAfter(600_000)]
internal sealed class HandshakeTests
{
    private RecoveringChain _test = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _test = new RecoveringChain(await LiveChain.StartAsync(NetworkEngine.CometBft));
        await _test.SendAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_test is not null)
            await _test.Chain.DisposeAsync();
    }

    [Test]
    public async Task CometBFT_killed_alone_goes_on_with_the_node_that_kept_running()
    {
        await _test.Chain.KillCometAsync();
        using var http = new HttpClient();
        _ = await _test.Chain.PollAsync("word that nobody is connected", async () =>
            await (await http.GetAsync(new Uri(_test.Chain.Api, "/readyz"))).Content.ReadAsStringAsync() is { } report
            && report.Contains("CometBFT is not connected", StringComparison.Ordinal) ? report : null);

        await _test.AssertGoesOnAsync();
    }

    [Test]
    public async Task After_a_rollback_of_CometBFTs_state_the_node_goes_on_with_or_without_its_own()
    {
        // S = T + 1, A = S
        await _test.KillBothAsync();
        await _test.Chain.RunCometAsync("rollback");
        await _test.AssertGoesOnAsync();

        // S = T + 1, A = T
        await _test.KillBothAsync();
        await _test.Chain.RunCometAsync("rollback");
        await _test.Chain.RunAsync("rollback", "--home", _test.Chain.Home);
        await _test.AssertGoesOnAsync();
    }
}
