using System.Diagnostics;
using NUnit.Framework;
using SharedSequencer.SystemTests.Networks;

namespace SharedSequencer.SystemTests.Validators;

/// <summary>Four real validators, each with its own application: quiet when idle, and none is missed for long.</summary>
internal sealed class FourValidatorTests
{
    private static readonly int[] s_all = [0, 1, 2, 3];

    private TestNetwork _test = null!;
    private ValidatorWatch _watch = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _test = await TestNetwork.StartAsync(plan => plan with { Validators = 4, Bitcoin = false, Evm = false });
        _watch = new ValidatorWatch(_test.Network);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _watch?.Dispose();
        if (_test is not null)
            await _test.DisposeAsync();
    }

    [Test, Order(1)]
    public async Task An_idle_network_makes_only_its_heartbeat_blocks()
    {
        var (blocks, heartbeats) = await CountBlocksAsync(TimeSpan.FromSeconds(4));

        Assert.That(blocks, Is.InRange(1, heartbeats));
    }

    [Test, Order(2)]
    public async Task A_block_follows_a_lone_transaction_at_once_whichever_validator_takes_it_and_the_network_rests_again()
    {
        foreach (var validator in s_all)
        {
            var before = await _watch.HeightAsync(validator);
            var height = await _watch.OrderAsync(validator);
            Assert.That(height, Is.LessThanOrEqualTo(before + 2), "the next block, or the one after a heartbeat in between");

            var (blocks, heartbeats) = await CountBlocksAsync(TimeSpan.FromSeconds(2));
            Assert.That(blocks, Is.LessThanOrEqualTo(heartbeats + 1), "its proof block, then heartbeats alone");
        }
    }

    [Test, Order(3)]
    public async Task A_killed_validator_that_is_brought_back_catches_up()
    {
        var killed = _test.Network.Validators[3];
        var before = await _watch.OrderAsync(0);
        await killed.KillAsync();
        await _watch.OrderUntilAsync(0, "five blocks without it", async () => await _watch.HeightAsync(0) >= before + 5);

        await killed.StartAsync();
        await _watch.UntilHeightAsync(3, await _watch.HeightAsync(0));
        await killed.UntilReadyAsync();

        // It serves what it missed, and takes transactions again.
        var height = await _watch.OrderAsync(3);
        await AssertAllAgreeAsync(height);
    }

    [Test, Order(4)]
    public async Task Defect_11_after_a_restart_no_node_reports_an_empty_app_hash()
    {
        var restarted = _test.Network.Validators[2];
        var before = await _watch.OrderAsync(0);
        await restarted.KillAsync();
        await restarted.StartAsync();

        var height = 0L;
        await ValidatorWatch.UntilAsync(() => "validator 2 does not answer abci_info", async () =>
        {
            var info = await _watch.Comet[2].ApplicationInfoAsync();
            height = info.LastBlockHeight;
            Assert.That(info.LastBlockAppHash.IsEmpty, Is.False);
            var block = await _watch.Api[0].GetBlockAsync(height);
            Assert.That(info.LastBlockAppHash.ToString(), Is.EqualTo(block.AppHash.ToUpperInvariant()));
            return true;
        });

        Assert.That(height, Is.GreaterThanOrEqualTo(before - 1));
        await restarted.UntilReadyAsync();
        await AssertAllAgreeAsync(await _watch.OrderAsync(2));
    }

    [Test, Order(5)]
    public async Task With_two_killed_the_chain_halts_and_goes_on_when_one_comes_back()
    {
        foreach (var index in new[] { 2, 3 })
            await _test.Network.Validators[index].KillAsync();
        var waiting = await _watch.SendAsync(0);

        // What was decided before the second died may still be committed; then nothing is.
        var halted = await UntilHaltedAsync();
        Assert.That((await _watch.Api[0].GetTransactionAsync(waiting.Id))!.Status, Is.EqualTo("received"));

        await _test.Network.Validators[2].StartAsync();
        var height = await _watch.UntilFinalAsync(0, waiting.Id);
        Assert.That(height, Is.GreaterThan(halted));

        await _test.Network.Validators[3].StartAsync();
        await _watch.UntilHeightAsync(3, height);
        foreach (var index in new[] { 2, 3 })
            await _test.Network.Validators[index].UntilReadyAsync();
        await AssertAllAgreeAsync(await _watch.OrderAsync(3));
    }

    private async Task AssertAllAgreeAsync(long height)
    {
        foreach (var validator in s_all)
            await _watch.UntilHeightAsync(validator, height);
        foreach (var api in _watch.Api)
        {
            await ValidatorWatch.UntilAsync(
                () => $"{api.Node} does not have height {height}", async () => (await api.GetStatusAsync()).Height >= height);
        }

        await _watch.AssertAgreeAsync(s_all, 1, height);
    }

    /// <summary>The height at which the first two validators stay for four seconds: four heartbeats.</summary>
    private async Task<long> UntilHaltedAsync()
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var before = await _watch.HeightAsync(0);
            var (blocks, _) = await CountBlocksAsync(TimeSpan.FromSeconds(4));
            if (blocks == 0)
                return before;
            Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(TimeSpan.FromSeconds(20)), "the chain goes on with half of its power");
        }
    }

    /// <summary>Blocks made within a time, and how many of them heartbeats can be: one a second, and one on the border.</summary>
    private async Task<(long Blocks, int Heartbeats)> CountBlocksAsync(TimeSpan time)
    {
        var before = await _watch.HeightAsync(0);
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < time)
            await Task.Delay(50);
        var blocks = await _watch.HeightAsync(0) - before;
        return (blocks, (int)Stopwatch.GetElapsedTime(started).TotalSeconds + 1);
    }
}
