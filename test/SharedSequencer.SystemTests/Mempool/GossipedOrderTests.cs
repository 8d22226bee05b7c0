using NUnit.Framework;
using SharedSequencer.Client;
using SharedSequencer.Devnet.Programs;
using SharedSequencer.SystemTests.Networks;

namespace SharedSequencer.SystemTests.Mempool;

/// <summary>Transactions whose nonces arrive out of order, and at different validators, which gossip them by the application's own mempool.</summary>
internal sealed class GossipedOrderTests
{
    [Test]
    public async Task On_four_validators_of_v0_40_transactions_enter_at_all_and_are_final_at_all()
    {
        await using var test = await TestNetwork.StartAsync(
            plan => plan with { Bitcoin = false, Evm = false, Validators = 4, CometBft = CometProfile.V040 });
        List<SequencerClient> clients = [.. test.Network.Validators.Select(v => new SequencerClient(v.Api))];
        var (keys, all) = await FundedAccounts.FundAsync(test.Network, clients[0], 40, 25);
        await FundedAccounts.UntilNoncesAsync(clients, [test.Network.Developer.PublicKey], 1);

        // The nonces of each account go round all four nodes: none of them can do without the others' gossip.
        var parts = all.GroupBy(t => (int)((t.Body.Nonce + t.Sender.Span[0]) % 4));
        await Task.WhenAll(parts.Select(async part =>
        {
            foreach (var chunk in part.Chunk(100))
            {
                var answers = await clients[part.Key].SubmitBatchAsync([.. chunk.Select(t => t.Raw)]);
                Assert.That(answers.Select(a => a.Status), Is.All.EqualTo("received").Or.EqualTo("waiting_for_nonce").Or.EqualTo("final"));
            }
        }));

        await FundedAccounts.UntilNoncesAsync(clients, keys, 25);
        foreach (var client in clients)
            Assert.That((await client.GetTransactionAsync(all[^1].Id))!.Status, Is.EqualTo("final"));
    }
}
