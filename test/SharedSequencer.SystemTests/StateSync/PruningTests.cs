using NUnit.Framework;
using SharedSequencer.Client;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.SystemTests.Engine;
using SharedSequencer.SystemTests.Networks;

namespace SharedSequencer.SystemTests.StateSync;

[OnBothEngines]
[CancelAfter(600_000)]
internal sealed class PruningTests(NetworkEngine engine)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);

    [Test]
    public async Task Old_blocks_go_from_the_node_and_from_the_engine_and_the_API_says_so()
    {
        await using var test = await TestNetwork.StartAsync(engine, plan => plan with
        {
            ConsensusParameters = """{"evidence":{"max_age_num_blocks":"1","max_age_duration":"1000000000"}}""",
            NodeSettings = new Dictionary<string, string> { ["SEQ_SEQUENCER_RETAIN_BLOCKS"] = "101", ["SEQ_SEQUENCER_SNAPSHOTS_INTERVAL"] = "50" },
        });
        using var client = new SequencerClient(test.Network.Validators[0].Api);
        using var comet = new CometRpcClient(new CometRpcOptions { Address = test.Network.Endpoints.CometbftRpc[0] });
        using var sender = new AccountSender(client, test.Network.Developer);
        var notes = NamespaceId.OfName("notes");
        var sent = await sender.SendAsync([new RegisterNamespace("notes", new NamespaceSettings(), 1_000_000)]);
        await client.WaitForAsync(sent.Transaction.Id, "final", s_limit);
        sent = await sender.SendAsync([new SubmitData(notes, new byte[] { 1 })]);
        var final = await client.WaitForAsync(sent.Transaction.Id, "final", s_limit);

        // Each transaction makes a block, and its proof block.
        using var deadline = new CancellationTokenSource(s_limit);
        while ((await client.GetStatusAsync(deadline.Token)).EarliestHeight <= final.Height + 20)
        {
            var next = await sender.SendAsync([new Transfer(test.Network.Developer.PublicKey, 1)], deadline.Token);
            await client.WaitForAsync(next.Transaction.Id, "final", s_limit, deadline.Token);
        }

        // The engine first: what the node has pruned only grows.
        var engineFrom = (await comet.StatusAsync()).EarliestHeight;
        var status = await client.GetStatusAsync();
        Assert.That(engineFrom, Is.GreaterThan(final.Height!.Value).And.LessThanOrEqualTo(status.EarliestHeight + 50));
        var kept = status.Height - status.EarliestHeight;
        var age = status.Time - (await client.GetBlockAsync(status.EarliestHeight + 40)).Time;
        Assert.That(kept, Is.GreaterThanOrEqualTo(95), "101 blocks");
        Assert.That(kept <= 260 || age < TimeSpan.FromSeconds(3), $"{kept} blocks, {age}: what the oldest of two snapshots needs, or evidence a second long");
        foreach (var ask in new Func<Task>[]
        {
            () => client.GetBlockAsync(1),
            () => client.GetLightAsync(final.Height!.Value),
            () => client.GetSliceAsync(notes, final.Height!.Value, false),
            () => client.GetSlicesAsync(notes, 1, 10),
        })
        {
            var refused = Assert.ThrowsAsync<SequencerApiException>(() => ask());
            Assert.That((refused!.Status, refused.Code), Is.EqualTo((410, "pruned")));
        }

        var followed = Assert.ThrowsAsync<SequencerApiException>(async () =>
        {
            await foreach (var _ in client.FollowSlicesAsync(notes, 1))
            {
            }
        });
        Assert.That(followed!.Status, Is.EqualTo(410));

        // The state is whole: the namespace's next slice is the second.
        sent = await sender.SendAsync([new SubmitData(notes, new byte[] { 2 })]);
        final = await client.WaitForAsync(sent.Transaction.Id, "final", s_limit);
        Assert.That((await client.GetSliceAsync(notes, final.Height!.Value, false)).Number, Is.EqualTo(2));
    }
}
