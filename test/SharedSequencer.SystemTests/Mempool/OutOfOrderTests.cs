using System.Runtime.InteropServices;
using NUnit.Framework;
using SharedSequencer.Client;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.SystemTests.Engine;
using SharedSequencer.SystemTests.Networks;

namespace SharedSequencer.SystemTests.Mempool;

/// <summary>Transactions whose nonces arrive out of order, at one node.</summary>
[OnBothEngines]
internal sealed class OutOfOrderTests(NetworkEngine engine)
{
    [Test]
    public async Task Regression_stuck_accounts_two_hundred_accounts_over_many_connections_lose_nothing()
    {
        await using var test = await TestNetwork.StartAsync(engine);
        using var client = new SequencerClient(test.Network.Validators[0].Api);
        var (keys, all) = await FundedAccounts.FundAsync(test.Network, client, 200, 25);
        new Random(11).Shuffle(CollectionsMarshal.AsSpan(all));
        var waiting = 0;

        await Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (transaction, cancellation) =>
        {
            var answer = await client.SubmitAsync(transaction.Raw, cancellation);
            Assert.That(answer.Status, Is.EqualTo("received").Or.EqualTo("waiting_for_nonce").Or.EqualTo("final"));
            if (answer.Status == "waiting_for_nonce")
                Interlocked.Increment(ref waiting);
        });

        TestContext.Out.WriteLine($"{waiting} of {all.Count} had to wait for an earlier nonce");
        Assert.That(waiting, Is.GreaterThan(500), "the order was broken");
        await FundedAccounts.UntilNoncesAsync([client], keys, 25);
    }
}
