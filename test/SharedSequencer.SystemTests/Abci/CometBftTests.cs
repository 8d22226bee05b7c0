using NUnit.Framework;
using SharedSequencer.Devnet.Processes;

namespace SharedSequencer.SystemTests.Abci;

/// <summary>Both real CometBFT binaries make blocks with an application behind the server.</summary>
public sealed class CometBftTests
{
    private static readonly (string, string) s_fastBlocks = ("timeout_commit = \"1s\"", "timeout_commit = \"20ms\"");

    [Test]
    public Task CometBFT_0_38_makes_blocks_and_finds_the_application_again() =>
        MakesBlocksAsync(ProgramKind.CometBft, (_, _) => { }, s_fastBlocks);

    [Test]
    public Task CometBFT_0_40_makes_blocks_from_the_applications_own_mempool() =>
        MakesBlocksAsync(
            ProgramKind.CometBftV040,
            (node, application) => Assert.That(application.Reaps, Is.Positive, node.Process.LogTail()),
            s_fastBlocks,
            ("type = \"flood\"", "type = \"app\""),
            ("reap_interval = \"500ms\"", "reap_interval = \"20ms\""));

    [Test]
    public async Task A_bug_in_the_application_stops_cometbft_and_is_reported()
    {
        var program = ServedApplication.Find(ProgramKind.CometBft);
        await using var served = await ServedApplication.StartAsync();
        var home = served.Folder.File("node");
        await CometBftNode.InitAsync(program, home, s_fastBlocks);
        await using var node = CometBftNode.Start(program, home, served.Server.Address);
        await node.UntilAsync(() => served.Application.Height > 0, "the first block");

        await node.CallAsync("broadcast_tx_sync", "tx=\"throw\"");

        var fault = await served.Fault;
        Assert.That(fault.Call, Does.StartWith("FinalizeBlock at height"));
        Assert.That(fault.Report, Does.Contain("the bug that the test put here"));
        await node.Process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That(node.Process.LogTail(200), Does.Contain("the bug that the test put here"));
    }

    private static async Task MakesBlocksAsync(
        ProgramKind kind, Action<CometBftNode, KeyValueApplication> check, params (string, string)[] edits)
    {
        var program = ServedApplication.Find(kind);
        await using var served = await ServedApplication.StartAsync();
        var application = served.Application;
        var home = served.Folder.File("node");
        await CometBftNode.InitAsync(program, home, edits);

        await using (var node = CometBftNode.Start(program, home, served.Server.Address))
        {
            await node.UntilAsync(() => application.Height > 0, "the first block");
            await BroadcastAsync(node, "name=satoshi");
            await Task.WhenAll(Enumerable.Range(0, 20).Select(i => BroadcastAsync(node, $"key{i}={i}")));

            var refused = await node.CallAsync("broadcast_tx_sync", "tx=\"nonsense\"");
            Assert.That(refused.GetProperty("code").GetInt32(), Is.EqualTo(1));
            var value = await node.CallAsync("abci_query", "data=\"name\"");
            Assert.That(value.GetProperty("response").GetProperty("value").GetBytesFromBase64(), Is.EqualTo("satoshi"u8.ToArray()));
            check(node, application);
        }

        // The same application, and CometBFT anew: the handshake finds heights that agree, and the chain goes on.
        var height = application.Height;
        await using var again = CometBftNode.Start(program, home, served.Server.Address);
        await again.UntilAsync(() => application.Height > height + 1, "blocks after the restart");

        Assert.That(application.InitChains, Is.EqualTo(1));
        Assert.That(served.HasFault, Is.False);
    }

    private static async Task BroadcastAsync(CometBftNode node, string tx)
    {
        var result = await node.CallAsync("broadcast_tx_commit", $"tx=\"{tx}\"");
        Assert.That(result.GetProperty("tx_result").TryGetProperty("code", out var code) ? code.GetInt32() : 0, Is.Zero, tx);
        Assert.That(long.Parse(result.GetProperty("height").GetString()!), Is.Positive, tx);
    }
}
