using NUnit.Framework;
using SharedSequencer.Client;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.SystemTests.Networks;

namespace SharedSequencer.SystemTests.StateSync;

[CancelAfter(600_000)]
internal sealed class PruningTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);

    [Test]
    public async Task Old_blocks_go_from_the_node_and_from_CometBFT_and_the_API_says_so()
    {
        await using var test = await TestNetwork.StartAsync(plan => plan with
        {
            Bitcoin = false,
            Evm = false,
            ConsensusParameters = """{"evidence":{"max_age_num_blocks":"1","max_age_duration":"1000000000"}}""",
            CometOverrides = new Dictionary<string, string> { ["consensus.create_empty_blocks_interval"] = "\"20ms\"" },
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

        using var deadline = new CancellationTokenSource(s_limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while ((await client.GetStatusAsync(deadline.Token)).EarliestHeight <= final.Height + 20)
            await timer.WaitForNextTickAsync(deadline.Token);

        var status = await client.GetStatusAsync();
        Assert.That(status.Height - status.EarliestHeight, Is.InRange(95, 260), "101 blocks, and what the oldest of two snapshots needs");
        Assert.That((await comet.StatusAsync()).EarliestHeight, Is.GreaterThan(final.Height!.Value).And.LessThanOrEqualTo(status.EarliestHeight + 50));
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
