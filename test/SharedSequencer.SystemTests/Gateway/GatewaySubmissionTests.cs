using System.Text.Json;
using NUnit.Framework;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Evm;
using SharedSequencer.SystemTests.Evm;

namespace SharedSequencer.SystemTests.Gateway;

/// <summary>From a wallet's transaction to its receipt, and everything that can go wrong on the way.</summary>
public sealed class GatewaySubmissionTests
{
    private static readonly string s_sender = EvmAddress.Of(GethNode.Rich[0]).ToString();

    [Test]
    public async Task A_transfer_is_received_ordered_and_executed_and_its_status_tells_each_step()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var hash = await gateway.SendAsync(SliceMaker.Transfer(GethNode.Rich[0], 0));
        var receipt = await gateway.ReceiptAsync(hash);

        Assert.That(receipt.GetProperty("status").GetString(), Is.EqualTo("0x1"));
        var status = await gateway.StatusAsync(hash, s => s.TryGetProperty("execution", out var e) && e.GetProperty("status").GetString() == "executed");
        Assert.Multiple(() =>
        {
            Assert.That(status.GetProperty("status").GetString(), Is.EqualTo("final"));
            Assert.That(status.GetProperty("transaction").GetString(), Is.EqualTo(gateway.Sequencer.Taken.Single().Id.ToString()));
            Assert.That(status.GetProperty("slice").GetUInt64(), Is.EqualTo(1));
            Assert.That(status.GetProperty("height").GetInt64(), Is.GreaterThan(1));
            Assert.That(status.GetProperty("execution").GetProperty("block_number").GetUInt64(), Is.EqualTo(1));
            Assert.That(status.GetProperty("execution").GetProperty("succeeded").GetBoolean(), Is.True);
        });
    }

    [Test]
    public async Task Ten_that_arrive_at_once_in_the_wrong_order_share_submissions_and_all_run()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var sending = Enumerable.Range(0, 10).Reverse().Select(n => gateway.SendAsync(SliceMaker.Transfer(GethNode.Rich[0], (ulong)n))).ToList();
        var hashes = await Task.WhenAll(sending);
        foreach (var hash in hashes)
            Assert.That((await gateway.ReceiptAsync(hash)).GetProperty("status").GetString(), Is.EqualTo("0x1"));

        Assert.That(gateway.Sequencer.Taken, Has.Count.LessThanOrEqualTo(5), "They came within a few milliseconds.");
        Assert.That(await gateway.PendingNonceAsync(s_sender), Is.EqualTo(10));
    }

    [Test]
    public async Task What_is_in_flight_counts_and_is_shown_as_pending()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Sequencer.IsHeld = true;
        var first = await gateway.SendAsync(SliceMaker.Transfer(GethNode.Rich[0], 0));
        var second = await gateway.SendAsync(SliceMaker.Transfer(GethNode.Rich[0], 1));

        Assert.That(await gateway.PendingNonceAsync(s_sender), Is.EqualTo(2));
        Assert.That((await gateway.CallAsync("eth_getTransactionCount", s_sender, "latest")).GetString(), Is.EqualTo("0x0"));
        Assert.That((await gateway.CallAsync("eth_getTransactionReceipt", first)).ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That((await gateway.StatusAsync(first, _ => true)).GetProperty("status").GetString(), Is.EqualTo("received"));
        var pending = await gateway.CallAsync("eth_getTransactionByHash", second);

        await gateway.Sequencer.ReleaseAsync();
        await gateway.ReceiptAsync(second);
        var executed = await gateway.CallAsync("eth_getTransactionByHash", second);
        Assert.That(executed.GetProperty("blockNumber").ValueKind, Is.EqualTo(JsonValueKind.String));
        foreach (var member in pending.EnumerateObject())
        {
            if (member.Name is "blockHash" or "blockNumber" or "transactionIndex")
                Assert.That(member.Value.ValueKind, Is.EqualTo(JsonValueKind.Null));
            else if (member.Name != "gasPrice")
                Assert.That(member.Value.GetRawText(), Is.EqualTo(executed.GetProperty(member.Name).GetRawText()), $"{member.Name}: geth's form is the same");
        }
    }

    [Test]
    public async Task A_refused_submission_is_told_to_all_who_wait_and_its_nonces_are_free_again()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(o => o with { Gather = TimeSpan.FromMilliseconds(300) });
        gateway.Sequencer.NextRefusal = new Problem
        {
            Title = "Refused",
            Status = 400,
            Code = "insufficient_balance",
            Detail = "The account has 0 useq.",
        };
        var refusals = await Task.WhenAll(
            Enumerable.Range(0, 3).Select(n => gateway.RefusalAsync(SliceMaker.Transfer(GethNode.Rich[0], (ulong)n))));

        Assert.That(refusals.Select(r => r.Code), Is.All.EqualTo(-32000));
        Assert.That(refusals.Select(r => r.Message), Is.All.EqualTo("the sequencer refused it: The account has 0 useq. (insufficient_balance)"));
        Assert.That(await gateway.PendingNonceAsync(s_sender), Is.Zero);
        await gateway.ReceiptAsync(await gateway.SendAsync(SliceMaker.Transfer(GethNode.Rich[0], 0)));
    }

    [Test]
    public async Task What_the_node_lost_is_submitted_again()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Sequencer.IsHeld = true;
        var hash = await gateway.SendAsync(SliceMaker.Transfer(GethNode.Rich[0], 0));
        gateway.Sequencer.Lose();
        gateway.Sequencer.IsHeld = false;

        await gateway.ReceiptAsync(hash);
        Assert.That(gateway.Sequencer.Taken.Select(t => t.Id).Distinct().Count(), Is.EqualTo(1), "The same bytes.");
    }

    [Test]
    public async Task What_expired_is_released_with_its_reason()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Sequencer.IsHeld = true;
        var hash = await gateway.SendAsync(SliceMaker.Transfer(GethNode.Rich[0], 0));
        gateway.Sequencer.End(TransactionStatuses.Expired, "Its time is over.");

        var status = await gateway.StatusAsync(hash, s => s.GetProperty("status").GetString() == "expired");
        Assert.That(status.GetProperty("reason").GetProperty("message").GetString(), Is.EqualTo("Its time is over."));
        Assert.That(await GatewayUnderTest.UntilAsync(() => gateway.PendingNonceAsync(s_sender), n => n == 0), Is.Zero);
        Assert.That((await gateway.CallAsync("eth_getTransactionByHash", hash)).ValueKind, Is.EqualTo(JsonValueKind.Null));

        gateway.Sequencer.IsHeld = false;
        await gateway.ReceiptAsync(await gateway.SendAsync(SliceMaker.Transfer(GethNode.Rich[0], 0, value: 2)));
    }

    [Test]
    public async Task What_was_sent_on_the_heels_of_a_submission_that_died_runs_all_the_same()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Sequencer.IsHeld = true;
        await gateway.SendAsync(SliceMaker.Transfer(GethNode.Rich[0], 0));
        gateway.Sequencer.End(TransactionStatuses.Expired, "Its time is over.");
        gateway.Sequencer.IsHeld = false;
        var hash = await gateway.SendAsync(SliceMaker.Transfer(GethNode.Rich[1], 0));

        Assert.That((await gateway.ReceiptAsync(hash)).ValueKind, Is.EqualTo(JsonValueKind.Object));
        Assert.That(gateway.Sequencer.Taken.Select(t => t.Body.Nonce), Is.EqualTo(new[] { 0UL, 1UL, 0UL }), "The sequencer's nonce 0 was free again.");
    }

    [Test]
    public async Task What_another_writer_ordered_first_counts_as_in_flight_and_pushes_out_its_rival()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Sequencer.IsHeld = true;
        gateway.Sequencer.IsExecutorHeld = true;
        var mine = await gateway.SendAsync(SliceMaker.Transfer(GethNode.Rich[0], 0, value: 1));
        await gateway.Sequencer.WriteAsync(SliceMaker.Transfer(GethNode.Rich[0], 0, value: 2), SliceMaker.Transfer(GethNode.Rich[0], 1), [1, 2, 3]);

        var status = await gateway.StatusAsync(mine, s => s.GetProperty("status").GetString() == "replaced");
        Assert.That(status.GetProperty("reason").GetProperty("code").GetString(), Is.EqualTo("nonce_too_low"));
        Assert.That(await gateway.PendingNonceAsync(s_sender), Is.EqualTo(2));

        await gateway.Sequencer.ReleaseExecutorAsync();
        Assert.That(await GatewayUnderTest.UntilAsync(
            () => gateway.CallAsync("eth_getTransactionCount", s_sender, "latest"), c => c.GetString() == "0x2"), Has.Property("ValueKind").EqualTo(JsonValueKind.String));
        Assert.That(await gateway.PendingNonceAsync(s_sender), Is.EqualTo(2));
    }

    [Test]
    public async Task What_the_executor_drops_leaves_the_pool_and_says_why()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Sequencer.IsExecutorHeld = true;

        // Each is affordable alone; together they are not, and the gateway does not see the first one before it is in a slice.
        var poor = GethNode.Key(77);
        await gateway.Sequencer.WriteAsync(SliceMaker.Transfer(GethNode.Rich[1], 0, GethNode.Ether, EvmAddress.Of(poor)));
        await gateway.Sequencer.ReleaseExecutorAsync();
        await GatewayUnderTest.UntilAsync(() => gateway.CallAsync("eth_blockNumber"), n => n.GetString() == "0x1");
        gateway.Sequencer.IsExecutorHeld = true;
        gateway.Sequencer.IsHeld = true;
        var second = await gateway.SendAsync(SliceMaker.Transfer(poor, 0, GethNode.Ether / 2));
        var third = await gateway.SendAsync(SliceMaker.Transfer(poor, 1, GethNode.Ether / 4));
        await gateway.Sequencer.WriteAsync(SliceMaker.Transfer(poor, 0, GethNode.Ether * 9 / 10));
        await gateway.Sequencer.ReleaseAsync();
        await gateway.Sequencer.ReleaseExecutorAsync();

        foreach (var (hash, reason) in new[] { (second, "nonce_too_low"), (third, "insufficient_funds") })
        {
            var status = await gateway.StatusAsync(
                hash, s => s.TryGetProperty("execution", out var e) && e.TryGetProperty("reason", out var r) && r.GetProperty("code").GetString() == reason);
            Assert.That(status.GetProperty("status").GetString(), Is.EqualTo("final"), "Ordered it was.");
            Assert.That(status.GetProperty("execution").GetRawText(), Does.Contain("\"status\":\"dropped\"").And.Contain(reason));
        }

        Assert.That(await gateway.PendingNonceAsync(EvmAddress.Of(poor).ToString()), Is.EqualTo(1));
    }

    [TestCase(10_000)]
    [TestCase(0)]
    public async Task After_a_restart_the_status_is_found_in_the_slices(int historySlices)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var executed = await gateway.SendAsync(SliceMaker.Transfer(GethNode.Rich[0], 0));
        await gateway.ReceiptAsync(executed);
        gateway.Sequencer.IsExecutorHeld = true;
        var final = await gateway.SendAsync(SliceMaker.Transfer(GethNode.Rich[0], 1));
        await gateway.StatusAsync(final, s => s.GetProperty("status").GetString() == "final");

        await gateway.RestartAsync(o => o with { HistorySlices = (ulong)historySlices });

        var first = await gateway.StatusAsync(executed, s => s.GetProperty("status").GetString() == "final");
        Assert.That(first.GetProperty("transaction").GetString(), Is.EqualTo(gateway.Sequencer.Taken[0].Id.ToString()));
        Assert.That(first.GetProperty("execution").GetProperty("status").GetString(), Is.EqualTo("executed"));
        var second = await gateway.StatusAsync(final, s => s.GetProperty("status").GetString() == "final");
        Assert.That(second.GetProperty("execution").GetProperty("status").GetString(), Is.EqualTo("waiting"));
        Assert.That(await gateway.PendingNonceAsync(s_sender), Is.EqualTo(2), "What is final and not executed is in flight, whoever remembers it.");
        Assert.That((await gateway.StatusAsync("0x" + new string('7', 64), _ => true)).GetProperty("status").GetString(), Is.EqualTo("unknown"));
    }
}
