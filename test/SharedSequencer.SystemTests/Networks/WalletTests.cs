using NUnit.Framework;
using SharedSequencer.Client;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.SystemTests.Engine;
using SharedSequencer.SystemTests.Gateway;

namespace SharedSequencer.SystemTests.Networks;

/// <summary>A stock wallet library against the whole path: gateway, node, geth, Bitcoin.</summary>
[OnBothEngines]
internal sealed class WalletTests(NetworkEngine engine)
{
    [Test]
    public async Task A_stock_wallet_gets_receipts_errors_it_understands_and_finality()
    {
        await using var test = await TestNetwork.StartAsync(plan => plan with { Engine = engine, CometOverrides = ShortBlocks.Overrides }, RegisterAsync);
        using var mining = new CancellationTokenSource();
        var miner = MineAsync(test.Network, mining.Token);

        var results = await WalletChecks.RunAsync(
            test.Network.Evm!.Gateway, LocalNetwork.EvmDeveloper.ToSecretHex(), TimeSpan.FromSeconds(60));

        Assert.That(results, Is.Not.Empty);
        Assert.That(test.Network.Dead(), Is.Null, "the chain goes on");
        await mining.CancelAsync();
        Assert.That(async () => await miner, Throws.InstanceOf<OperationCanceledException>());
    }

    private static async Task RegisterAsync(LocalNetwork network)
    {
        using var client = new SequencerClient(network.Validators[0].Api);
        using var sender = new AccountSender(client, network.Developer);
        var sent = await sender.SendAsync([new RegisterNamespace(network.Plan.EvmNamespace, new NamespaceSettings(), 1_000_000)]);
        await client.WaitForAsync(sent.Transaction.Id, "final", TimeSpan.FromSeconds(30));
    }

    private static async Task MineAsync(LocalNetwork network, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await timer.WaitForNextTickAsync(cancellation))
            await network.Bitcoin!.MineAsync(cancellation);
    }
}
