using NUnit.Framework;
using SharedSequencer.Client;
using SharedSequencer.Cryptography;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Devnet.Programs;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.SystemTests.Networks;

namespace SharedSequencer.SystemTests.Engine;

/// <summary>Two chains of the same application: one on a real CometBFT, one on the embedded engine. Each with a namespace.</summary>
internal sealed class TwoEngines : IAsyncDisposable
{
    public const string Namespace = "notes";

    private readonly TestNetwork _real;
    private readonly TestNetwork _embedded;

    private TwoEngines(TestNetwork real, TestNetwork embedded)
    {
        _real = real;
        _embedded = embedded;
    }

    public LocalNetwork Real => _real.Network;

    public LocalNetwork Embedded => _embedded.Network;

    public static async Task<TwoEngines> StartAsync()
    {
        var real = await TestNetwork.StartAsync(NetworkEngine.CometBft, plan => plan with
        {
            CometOverrides = new Dictionary<string, string>(ShortBlocks.Overrides) { ["tx_index.indexer"] = "\"kv\"" },
        });
        try
        {
            var both = new TwoEngines(real, await TestNetwork.StartAsync(NetworkEngine.Embedded));
            foreach (var network in new[] { both.Real, both.Embedded })
            {
                using var client = new SequencerClient(network.Validators[0].Api);
                using var sender = new AccountSender(client, network.Developer);
                var sent = await sender.SendAsync([new RegisterNamespace(Namespace, new NamespaceSettings(), 1_000_000)]);
                await client.WaitForAsync(sent.Transaction.Id, "final", TimeSpan.FromSeconds(60));
            }

            return both;
        }
        catch
        {
            await real.DisposeAsync();
            throw;
        }
    }

    /// <summary>A transaction of the developer's that can run next.</summary>
    public static async Task<SignedTransaction> SignAsync(LocalNetwork network)
    {
        using var client = new SequencerClient(network.Validators[0].Api);
        var account = await client.GetAccountAsync(network.Developer.PublicKey);
        return SignedTransaction.Sign(
            new TransactionBody
            {
                ChainId = network.Plan.ChainId,
                Nonce = account.PendingNonce,
                MaxFeePerByte = 10,
                TipPerByte = 1,
                ExpiryTime = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 3600,
                Actions = [new Transfer(network.Developer.PublicKey, 1)],
            },
            network.Developer);
    }

    public async ValueTask DisposeAsync()
    {
        await _real.DisposeAsync();
        await _embedded.DisposeAsync();
    }
}
