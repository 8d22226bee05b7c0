using NUnit.Framework;
using SharedSequencer.Client;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.SystemTests.Networks;
using SharedSequencer.SystemTests.Validators;
using SharedSequencer.Tests.Engine;

namespace SharedSequencer.SystemTests.Engine;

/// <summary>Blocks, commits and RPC of the real program's chain keep CometBFT's rules: as its light client and our own reading have them.</summary>
[OnBothEngines]
internal sealed class ChainRuleTests(NetworkEngine engine)
{
    private TestNetwork _test = null!;

    private LocalNetwork Network => _test.Network;

    private string Rpc => Network.Endpoints.CometbftRpc[0];

    [OneTimeSetUp]
    public async Task Start() => _test = await TestNetwork.StartAsync(engine);

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_test is not null)
            await _test.DisposeAsync();
    }

    [Test]
    public async Task Slices_are_proven_up_to_commits_and_every_block_keeps_CometBFTs_rules()
    {
        using var client = new SequencerClient(Network.Validators[0].Api);
        using var sender = new AccountSender(client, Network.Developer);
        var registered = await sender.SendAsync([new RegisterNamespace("proven", new NamespaceSettings(), 1_000_000)]);
        await client.WaitForAsync(registered.Transaction.Id, "final", TimeSpan.FromSeconds(60));
        var id = NamespaceId.OfName("proven");
        for (var i = 0; i < 5; i++)
        {
            var sent = await sender.SendAsync([new SubmitData(id, new byte[] { (byte)i })]);
            var final = await client.WaitForAsync(sent.Transaction.Id, "final", TimeSpan.FromSeconds(60));
            await ValidatorWatch.UntilAsync(() => "the light block did not come", async () => (await client.GetStatusAsync()).LightHeight >= final.Height);
            var slice = await client.GetSliceAsync(id, final.Height!.Value, withProof: true);
            Assert.That(SliceVerifier.Verify(slice, id, Hash256.Parse(slice.BlockHash)).Reason, Is.Empty);
        }

        Assert.That((await client.GetStatusAsync()).Engine, Is.EqualTo(engine.NameOf()));
        using var rpc = new CometRpcClient(new CometRpcOptions { Address = Rpc });
        var blocks = await ChainAudit.RunAsync(rpc);
        Assert.That(blocks.Count(block => block.Transactions.Length > 0), Is.GreaterThanOrEqualTo(6));
    }

    [Test]
    public async Task A_stock_light_client_verifies_it_from_genesis()
    {
        var program = ProgramFinder.Find(ProgramKind.CometBft, ProgramFinder.FindRoot());
        if (program is null)
            Assert.Ignore("CometBFT v0.38.25 is missing: name it with COMETBFT.");
        using var rpc = new CometRpcClient(new CometRpcOptions { Address = Rpc });
        await ValidatorWatch.UntilAsync(() => "the chain does not grow", async () => (await rpc.StatusAsync()).LatestHeight >= 5);
        var trusted = (await rpc.HeaderAsync(1)).Hash();
        var port = FreePort.Next();
        using var folder = new TemporaryFolder();
        await using var proxy = ManagedProcess.Start(new ProcessSpec(
            "cometbft light",
            program!,
            [
                "light", Network.Plan.ChainId, "--primary", Rpc, "--witnesses", Rpc, "--height", "1", "--hash", trusted.ToString(), "--sequential",
                "--laddr", $"tcp://127.0.0.1:{port}", "--home-dir", folder.File("light"), "--home", folder.File("home"),
            ],
            folder.File("light.log")));
        using var light = new CometRpcClient(new CometRpcOptions { Address = $"http://127.0.0.1:{port}" });

        var height = (await rpc.StatusAsync()).LatestHeight;
        await ValidatorWatch.UntilAsync(() => $"cometbft light does not answer:\n{proxy.LogTail()}", async () =>
            (await light.CommitAsync(height)).SignedHeader.Header == await rpc.HeaderAsync(height));
        for (var h = 1L; h <= height; h++)
            Assert.That((await light.HeaderAsync(h)).Hash(), Is.EqualTo((await rpc.HeaderAsync(h)).Hash()), proxy.LogTail());
        var answer = await light.QueryAsync("/store/state/key", "root"u8.ToArray(), prove: true);
        var header = await rpc.HeaderAsync(answer.Height + 1);
        Assert.That(header.AppHash.Span.SequenceEqual(Merkle.AppHash.Of(Hash256.From(answer.Value.Span)).Span), Is.True);
    }
}
