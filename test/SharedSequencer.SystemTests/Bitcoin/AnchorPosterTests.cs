using NUnit.Framework;
using SharedSequencer.Bitcoin;
using SharedSequencer.Bitcoin.Anchoring;
using SharedSequencer.Bitcoin.Wallet;
using SharedSequencer.Primitives;

namespace SharedSequencer.SystemTests.Bitcoin;

/// <summary>The poster against a real bitcoind: posting and confirming.</summary>
internal sealed class AnchorPosterTests
{
    [Test]
    public async Task A_due_checkpoint_is_posted_once_mined_and_confirmed_with_evidence_at_each_step()
    {
        await using var rig = await AnchorRig.StartAsync(confirmations: 3);
        var posted = await rig.PostAsync();
        Assert.That(await rig.Node.Rpc.GetMempoolEntryAsync(posted.Txid), Is.Not.Null);
        Assert.That(rig.Poster.Status, Has.Property("CoveredHeight").EqualTo(rig.Chain.Height).And.Property("AnchoredHeight").Zero.And.Property("InFlight").EqualTo(1));
        await rig.StepAsync();
        Assert.That(rig.Chain.Reports, Has.Count.EqualTo(1), "nothing changed, nothing is posted or reported");

        for (var confirmations = 1; confirmations <= 3; confirmations++)
        {
            await rig.MineAndStepAsync();
            var report = rig.Last(posted.Txid);
            Assert.That(report.Stage, Is.EqualTo(confirmations < 3 ? AnchorStage.InBlock : AnchorStage.Confirmed));
            Assert.That(report.Confirmations, Is.EqualTo(confirmations));
            rig.Verify(report);
        }

        await rig.MineAndStepAsync();
        Assert.That(rig.Chain.Reports, Has.Count.EqualTo(4), "more confirmations are no news");
        Assert.That(rig.Poster.Status, Has.Property("FirmHeight").EqualTo(rig.Chain.Height).And.Property("AnchoredHeight").EqualTo(rig.Chain.Height));
        var checkpoint = (await rig.CheckpointsInBitcoinAsync()).Single();
        Assert.That(checkpoint, Is.EqualTo(new Checkpoint(AnchorRig.Tag, rig.Chain.Height, SequencerChain.HashAt(rig.Chain.Height), Hash256.Zero)));
    }

    [Test]
    public async Task Empty_blocks_never_cause_a_checkpoint()
    {
        await using var rig = await AnchorRig.StartAsync();
        rig.Chain.Add(withTransactions: false, times: 100);
        await rig.StepAsync();
        Assert.That(rig.Chain.Reports, Is.Empty);
        await rig.PostAsync();
        await rig.MineAndStepAsync();
        rig.Chain.Add(withTransactions: false, times: 100);
        await rig.MineAndStepAsync();
        Assert.That((await rig.CheckpointsInBitcoinAsync()).Select(checkpoint => checkpoint.Height), Is.EqualTo(new[] { 104UL }).AsCollection);
    }

    [Test]
    public async Task Several_are_in_flight_on_one_coin_up_to_the_limit_and_then_wait()
    {
        await using var rig = await AnchorRig.StartAsync();
        var reports = new[] { await rig.PostAsync(), await rig.PostAsync(), await rig.PostAsync() };
        rig.Chain.Add(withTransactions: true, times: 4);
        await rig.Poster.StepAsync(CancellationToken.None);
        Assert.That(rig.Poster.Status.Problem, Does.Contain("3 checkpoints wait"));

        await rig.Node.MineAsync();
        await rig.StepAsync();
        Assert.That(reports.Select(report => rig.Last(report.Txid).Stage), Is.All.EqualTo(AnchorStage.Confirmed));
        foreach (var report in reports)
            rig.Verify(rig.Last(report.Txid));
        Assert.That(rig.Poster.Status.CoveredHeight, Is.EqualTo(rig.Chain.Height), "the one that waited is posted");
    }

    [Test]
    public async Task Without_money_it_says_where_to_pay_and_goes_on_when_paid()
    {
        await using var rig = await AnchorRig.StartAsync(coins: 0);
        rig.Chain.Add(withTransactions: true, times: 4);
        await rig.Poster.StepAsync(CancellationToken.None);
        Assert.That(rig.Poster.Status.Problem, Does.Contain(rig.Key.Address));
        await rig.Node.FundAsync(rig.Key.Address);
        await rig.StepAsync();
        Assert.That(rig.Poster.Status, Has.Property("InFlight").EqualTo(1).And.Property("BalanceSatoshi").EqualTo(5_000_000_000UL));
    }

    [Test]
    public async Task A_bitcoind_that_is_away_is_a_problem_until_it_is_back()
    {
        await using var rig = await AnchorRig.StartAsync();
        var posted = await rig.PostAsync();
        await rig.Node.StopAsync();
        await rig.Poster.StepAsync(CancellationToken.None);
        Assert.That(rig.Poster.Status.Problem, Does.Contain("bitcoind"));

        // Without its mempool: as after an eviction.
        await rig.Node.StartAgainAsync("-persistmempool=0");
        Assert.That(await rig.Node.Rpc.GetMempoolEntryAsync(posted.Txid), Is.Null);
        await rig.StepAsync();
        Assert.That(await rig.Node.Rpc.GetMempoolEntryAsync(posted.Txid), Is.Not.Null, "handed to it again");
        await rig.MineAndStepAsync();
        Assert.That(rig.Last(posted.Txid).Stage, Is.EqualTo(AnchorStage.Confirmed));
        Assert.That(await rig.CheckpointsInBitcoinAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_report_that_nobody_takes_comes_again()
    {
        await using var rig = await AnchorRig.StartAsync();
        rig.Chain.IsListening = false;
        rig.Chain.Add(withTransactions: true, times: 4);
        await rig.StepAsync();
        await rig.MineAndStepAsync();
        Assert.That(rig.Chain.Reports, Is.Empty);
        rig.Chain.IsListening = true;
        await rig.StepAsync();
        Assert.That(rig.Chain.Reports.Single().Stage, Is.EqualTo(AnchorStage.Confirmed));
    }

    [Test]
    public async Task A_forged_checkpoint_that_pays_to_our_key_covers_nothing()
    {
        await using var rig = await AnchorRig.StartAsync();
        await rig.PostAsync();
        await rig.MineAndStepAsync();

        // A stranger posts a checkpoint far ahead, for a block that nobody knows, and pays to our address.
        var coin = (await rig.Node.Rpc.ScanTxOutSetAsync(rig.Node.Miner.ScriptPubKey)).Coins.MinBy(coin => coin.Height)!;
        var forged = new Checkpoint(AnchorRig.Tag, 1_000_000, Hash256.Of("forged"u8), Hash256.Zero);
        var unsigned = new BitcoinTransaction(
            2,
            [new TransactionInput(coin.OutPoint)],
            [new TransactionOutput(0, OpReturn.Script(forged.Encode())), new TransactionOutput(coin.Value - 1000, rig.Key.ScriptPubKey)],
            0);
        await rig.Node.Rpc.SendRawTransactionAsync(rig.Node.Miner.Sign(unsigned, [coin.Output]));
        await rig.MineAndStepAsync();
        Assert.That(rig.Poster.Status.CoveredHeight, Is.EqualTo(rig.Chain.Height));
        Assert.That(rig.Poster.Status.BalanceSatoshi, Is.GreaterThan(5_000_000_000UL), "its money is welcome");

        rig.ReopenWithoutFile();
        await rig.StepAsync();
        Assert.That(rig.Poster.Status.CoveredHeight, Is.EqualTo(rig.Chain.Height));
        await rig.PostAsync();
    }

    [Test]
    public async Task The_wrong_network_is_refused()
    {
        await using var rig = await AnchorRig.StartAsync(coins: 0);
        rig.Options = rig.Options with { Network = BitcoinNetwork.Signet };
        rig.Reopen();
        await rig.Poster.StepAsync(CancellationToken.None);
        Assert.That(rig.Poster.Status.Problem, Does.Contain("'regtest'").And.Contain("'signet'"));
    }

    [Test]
    public async Task Run_steps_by_itself_until_cancelled()
    {
        await using var rig = await AnchorRig.StartAsync();
        rig.Options = rig.Options with { PollInterval = TimeSpan.FromMilliseconds(20) };
        rig.Reopen();
        rig.Chain.Add(withTransactions: true, times: 4);
        using var stop = new CancellationTokenSource();
        var running = rig.Poster.RunAsync(stop.Token);
        await Eventually(() => rig.Poster.Status.InFlight == 1);
        await rig.Node.MineAsync();
        await Eventually(() => rig.Poster.Status.FirmHeight == 4);
        await stop.CancelAsync();
        Assert.That(() => running, Throws.InstanceOf<OperationCanceledException>());

        static async Task Eventually(Func<bool> holds)
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (!holds())
                await Task.Delay(10, deadline.Token);
        }
    }
}
