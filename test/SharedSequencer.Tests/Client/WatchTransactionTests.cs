using NUnit.Framework;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Client;

internal sealed class WatchTransactionTests
{
    private static readonly Hash256 s_id = Hash256.Of("transaction"u8);

    private static readonly SequencerClientOptions s_quick = new() { FirstBackoff = TimeSpan.FromMilliseconds(1) };

    [Test]
    public async Task It_reports_each_step_once_over_broken_connections_and_ends_at_firm()
    {
        // Each connection tells where it stands, one step more, and breaks. A reorg takes "anchored" back once.
        string[] steps = ["received", "final", "anchored", "final", "anchored", "firm"];
        var connections = 0;
        await using var node = await ScriptedNode.StartAsync(async context =>
        {
            var at = connections++;
            await SendAsync(context, steps[at]);
            if (at + 1 < steps.Length)
                await SendAsync(context, steps[at + 1]);
        });
        using var client = new SequencerClient(node.Address, options: s_quick);

        List<string> seen = [];
        await foreach (var step in client.WatchTransactionAsync(s_id))
            seen.Add(step.Status);

        Assert.That(seen, Is.EqualTo(steps));
    }

    [TestCase("final", "final")]
    [TestCase("anchored", "anchored")]
    [TestCase("received", "received")]
    public async Task Waiting_ends_at_the_step_that_was_asked_for(string wanted, string reached)
    {
        await using var node = await ScriptedNode.StartAsync(async context =>
        {
            foreach (var step in (string[])["waiting_for_nonce", "received", "final", "anchored", "firm"])
                await SendAsync(context, step);
        });
        using var client = new SequencerClient(node.Address, options: s_quick);

        Assert.That((await client.WaitForAsync(s_id, wanted, TimeSpan.FromSeconds(20))).Status, Is.EqualTo(reached));
    }

    [TestCase("rejected")]
    [TestCase("expired")]
    [TestCase("replaced")]
    [TestCase("evicted")]
    public async Task Waiting_ends_at_an_end_too(string end)
    {
        await using var node = await ScriptedNode.StartAsync(async context =>
        {
            await SendAsync(context, "received");
            await SendAsync(context, end);
        });
        using var client = new SequencerClient(node.Address, options: s_quick);

        Assert.That((await client.WaitForAsync(s_id, "firm", TimeSpan.FromSeconds(20))).Status, Is.EqualTo(end));
    }

    [Test]
    public async Task Waiting_too_long_says_where_the_transaction_stands()
    {
        await using var node = await ScriptedNode.StartAsync(async context =>
        {
            await SendAsync(context, "final");
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using var client = new SequencerClient(node.Address, options: s_quick);

        var timeout = await SequencerClientTests.ThrownByAsync<TimeoutException>(
            () => client.WaitForAsync(s_id, "firm", TimeSpan.FromSeconds(2)));

        Assert.That(timeout.Message, Does.Contain("is final, not firm, after 2 s"));
    }

    [Test]
    public async Task A_transaction_that_the_node_does_not_know_is_not_waited_for()
    {
        await using var node = await ScriptedNode.StartAsync(context => ScriptedNode.RefuseAsync(context, 404, "not_found", "Unknown."));
        using var client = new SequencerClient(node.Address, options: s_quick);

        var refused = await SequencerClientTests.ThrownByAsync<SequencerApiException>(
            () => client.WaitForAsync(s_id, "final", TimeSpan.FromSeconds(20)));

        Assert.That(refused.Code, Is.EqualTo("not_found"));
    }

    private static Task SendAsync(Microsoft.AspNetCore.Http.HttpContext context, string status) =>
        ScriptedNode.SendAsync(
            context, "status", null, new TransactionStatusResponse(s_id.ToString(), status), ApiJson.Default.TransactionStatusResponse);
}
