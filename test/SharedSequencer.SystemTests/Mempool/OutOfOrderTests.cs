using System.Runtime.InteropServices;
using NUnit.Framework;
using SharedSequencer.Client;
using SharedSequencer.Cryptography;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Devnet.Programs;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.SystemTests.Networks;

namespace SharedSequencer.SystemTests.Mempool;

/// <summary>Transactions whose nonces arrive out of order, at real networks of both lines of CometBFT.</summary>
internal sealed class OutOfOrderTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);

    [Test]
    public async Task Regression_stuck_accounts_two_hundred_accounts_over_many_connections_lose_nothing()
    {
        await using var test = await TestNetwork.StartAsync(plan => plan with { Bitcoin = false, Evm = false });
        using var client = new SequencerClient(test.Network.Validators[0].Api);
        var (keys, all) = await FundAsync(test.Network, client, 200, 25);
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
        await UntilNoncesAsync([client], keys, 25);
    }

    [Test]
    public async Task On_four_validators_of_v0_40_transactions_enter_at_all_and_are_final_at_all()
    {
        await using var test = await TestNetwork.StartAsync(
            plan => plan with { Bitcoin = false, Evm = false, Validators = 4, CometBft = CometProfile.V040 });
        List<SequencerClient> clients = [.. test.Network.Validators.Select(v => new SequencerClient(v.Api))];
        var (keys, all) = await FundAsync(test.Network, clients[0], 40, 25);
        await UntilNoncesAsync(clients, [test.Network.Developer.PublicKey], 1);

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

        await UntilNoncesAsync(clients, keys, 25);
        foreach (var client in clients)
            Assert.That((await client.GetTransactionAsync(all[^1].Id))!.Status, Is.EqualTo("final"));
    }

    private static async Task<(List<AccountId> Accounts, List<SignedTransaction> Transactions)> FundAsync(
        LocalNetwork network, SequencerClient client, int accounts, int each)
    {
        var keys = Enumerable.Range(1, accounts).Select(i => SecretKey.From(Hash256.Of(BitConverter.GetBytes(i)).Span)).ToList();
        var status = await client.GetStatusAsync();
        var funding = Sign(network.Developer, 0, [.. keys.Select(k => new Transfer(k.PublicKey, 10_000_000))]);
        await client.SubmitAsync(funding.Raw);
        await client.WaitForAsync(funding.Id, "final", s_limit);
        List<SignedTransaction> all = [];
        foreach (var key in keys)
        {
            for (var nonce = 0; nonce < each; nonce++)
                all.Add(Sign(key, (ulong)nonce, [new Transfer(network.Developer.PublicKey, 1)]));
        }

        return ([.. keys.Select(k => k.PublicKey)], all);

        SignedTransaction Sign(SecretKey key, ulong nonce, IReadOnlyList<TransactionAction> actions) => SignedTransaction.Sign(
            new TransactionBody
            {
                ChainId = status.ChainId,
                Nonce = nonce,
                MaxFeePerByte = 100,
                TipPerByte = 0,
                ExpiryTime = status.Time.ToUnixTimeSeconds() + 3600,
                Actions = actions,
            },
            key);
    }

    private static async Task UntilNoncesAsync(IReadOnlyList<SequencerClient> clients, List<AccountId> accounts, ulong nonce)
    {
        using var deadline = new CancellationTokenSource(s_limit);
        foreach (var client in clients)
        {
            foreach (var account in accounts)
            {
                while (await client.GetAccountAsync(account, deadline.Token) is var state && state.Nonce != nonce)
                {
                    if (deadline.IsCancellationRequested)
                        Assert.Fail($"{client.Node}: {account} is stuck at nonce {state.Nonce} of {nonce}; the pool has {state.PendingNonce}");
                    await Task.Delay(50);
                }
            }
        }
    }
}
