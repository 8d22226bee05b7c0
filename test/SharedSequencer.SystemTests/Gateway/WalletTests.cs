using NUnit.Framework;
using SharedSequencer.SystemTests.Evm;

namespace SharedSequencer.SystemTests.Gateway;

/// <summary>viem against the gateway and a real geth, with a stand-in for the chain; the whole network runs the same checks.</summary>
public sealed class WalletTests
{
    [Test, CancelAfter(300_000)]
    public async Task A_wallet_finds_what_it_expects(CancellationToken deadline)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var firm = new CancellationTokenSource();
        var confirming = MarkFirmAsync(gateway, firm.Token);

        var results = await WalletChecks.RunAsync(
            gateway.Url, GethNode.Rich[4].ToSecretHex(), firmWithin: TimeSpan.FromSeconds(60), deadline);
        await firm.CancelAsync();
        await confirming;

        Assert.That(results, Has.Count.GreaterThanOrEqualTo(10));
        Assert.That(results, Has.All.Contains("\"ok\":true"));
    }

    private static async Task MarkFirmAsync(GatewayUnderTest gateway, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await gateway.Sequencer.MarkFirmAsync();
            await Task.Delay(500, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
