using NUnit.Framework;
using SharedSequencer.Bitcoin.Anchoring;
using SharedSequencer.Bitcoin.Wallet;

namespace SharedSequencer.SystemTests.Bitcoin;

/// <summary>The poster against a real bitcoind whose best chain changes.</summary>
internal sealed class AnchorReorgTests
{
    [Test]
    public async Task A_reorg_takes_an_anchor_back_to_posted_and_the_next_block_anchors_it_again()
    {
        await using var rig = await AnchorRig.StartAsync(confirmations: 2);
        var posted = await rig.PostAsync();
        await rig.MineAndStepAsync();
        var before = rig.Last(posted.Txid);
        Assert.That(before.Stage, Is.EqualTo(AnchorStage.InBlock));

        await rig.Node.LeaveAsync(1);
        await rig.StepAsync();
        var lost = rig.Last(posted.Txid);
        Assert.That((lost.Stage, lost.Losses, lost.Evidence), Is.EqualTo((AnchorStage.Posted, 1, (AnchorEvidence?)null)));
        Assert.That(lost.LastLoss, Does.Contain(before.Evidence!.Headers[0].Hash.ToString()));
        Assert.That(rig.Poster.Status.AnchoredHeight, Is.Zero);

        await rig.MineAndStepAsync(2);
        var after = rig.Last(posted.Txid);
        Assert.That(after.Stage, Is.EqualTo(AnchorStage.Confirmed));
        Assert.That(after.Evidence!.Headers[0].Hash, Is.Not.EqualTo(before.Evidence.Headers[0].Hash));
        rig.Verify(after);
        Assert.That(await rig.CheckpointsInBitcoinAsync(), Has.Count.EqualTo(1), "no duplicate");
    }

    [Test]
    public async Task A_reorg_deeper_than_the_confirmations_takes_firm_back_and_it_is_anchored_again()
    {
        await using var rig = await AnchorRig.StartAsync(confirmations: 2);
        var posted = await rig.PostAsync();
        await rig.MineAndStepAsync(4);
        Assert.That(rig.Poster.Status.FirmHeight, Is.EqualTo(rig.Chain.Height));

        await rig.Node.LeaveAsync(4);
        await rig.Node.MineAsync();
        await rig.StepAsync();
        Assert.That(rig.Poster.Status.FirmHeight, Is.Zero);
        var report = rig.Last(posted.Txid);
        Assert.That((report.Stage, report.Confirmations, report.Losses), Is.EqualTo((AnchorStage.InBlock, 1, 1)), "bitcoind kept it for the next block");
        await rig.MineAndStepAsync();
        Assert.That(rig.Poster.Status.FirmHeight, Is.EqualTo(rig.Chain.Height));
        Assert.That(await rig.CheckpointsInBitcoinAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_reorg_above_an_anchor_only_takes_confirmations()
    {
        await using var rig = await AnchorRig.StartAsync(confirmations: 3);
        var posted = await rig.PostAsync();
        await rig.MineAndStepAsync(3);
        Assert.That(rig.Last(posted.Txid).Stage, Is.EqualTo(AnchorStage.Confirmed));
        await rig.Node.LeaveAsync(2);
        await rig.StepAsync();
        var report = rig.Last(posted.Txid);
        Assert.That((report.Stage, report.Confirmations, report.Losses), Is.EqualTo((AnchorStage.InBlock, 1, 0)));
        rig.Verify(report);
    }

    [Test]
    public async Task A_reorg_while_the_poster_was_away_is_seen_and_reported_at_its_start()
    {
        await using var rig = await AnchorRig.StartAsync();
        var posted = await rig.PostAsync();
        await rig.MineAndStepAsync(2);
        rig.Poster.Dispose();
        await rig.Node.LeaveAsync(3);
        await rig.Node.Rpc.GenerateBlockAsync(rig.Node.Miner.Address, []);
        rig.Reopen();
        await rig.StepAsync();
        var report = rig.Last(posted.Txid);
        Assert.That((report.Stage, report.Losses), Is.EqualTo((AnchorStage.Posted, 1)));
        await rig.MineAndStepAsync();
        rig.Verify(rig.Last(posted.Txid));
        Assert.That(await rig.CheckpointsInBitcoinAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_reorg_deeper_than_the_watched_blocks_is_survived()
    {
        await using var rig = await AnchorRig.StartAsync(watchBlocks: 5);
        await rig.Node.MineAsync(20);
        var posted = await rig.PostAsync();
        await rig.MineAndStepAsync(3);
        Assert.That(rig.Last(posted.Txid).Stage, Is.EqualTo(AnchorStage.Confirmed));
        await rig.Node.LeaveAsync(10);
        await rig.StepAsync();
        Assert.That(rig.Last(posted.Txid).Stage, Is.EqualTo(AnchorStage.Posted));
        await rig.MineAndStepAsync(4);
        Assert.That(rig.Last(posted.Txid).Stage, Is.EqualTo(AnchorStage.Confirmed));
        rig.Verify(rig.Last(posted.Txid));
        Assert.That(await rig.CheckpointsInBitcoinAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_reorg_that_makes_the_coin_too_young_loses_the_anchor_until_the_coin_is_mature_again()
    {
        await using var rig = await AnchorRig.StartAsync();
        var posted = await rig.PostAsync();
        await rig.MineAndStepAsync(3);
        await rig.Node.LeaveAsync(10);
        await rig.Poster.StepAsync(CancellationToken.None);
        Assert.That(rig.Last(posted.Txid).Stage, Is.EqualTo(AnchorStage.Lost));
        Assert.That(rig.Poster.Status.Problem, Does.Contain("satoshi are missing"));
        Assert.That(rig.Poster.Status, Has.Property("CoveredHeight").Zero.And.Property("FirmHeight").Zero);
        await rig.MineAndStepAsync(7);
        Assert.That(rig.Poster.Status, Has.Property("CoveredHeight").EqualTo(rig.Chain.Height).And.Property("FirmHeight").Zero);
        await rig.MineAndStepAsync();
        Assert.That(rig.Poster.Status.FirmHeight, Is.EqualTo(rig.Chain.Height));
        Assert.That(await rig.CheckpointsInBitcoinAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_coin_spent_elsewhere_loses_the_anchor_and_another_one_covers_its_blocks()
    {
        await using var rig = await AnchorRig.StartAsync(coins: 2);
        var posted = await rig.PostAsync();
        var transaction = rig.Poster.Reports.Single();
        Assert.That(transaction.Txid, Is.EqualTo(posted.Txid));
        var spent = (await rig.Node.Rpc.GetRawTransactionAsync(posted.Txid))!.Inputs[0].Previous;
        var coin = (await rig.Node.Rpc.ScanTxOutSetAsync(rig.Key.ScriptPubKey)).Coins.Single(coin => coin.OutPoint == spent);

        // The key's owner spends the same coin by hand, for a higher fee.
        _ = DataTransaction.TryBuild(rig.Key, [coin], OpReturn.Script([1]), FeeRate.PerVirtualByte(50), out var replacement, out _);
        await rig.Node.Rpc.SendRawTransactionAsync(replacement);
        await rig.Poster.StepAsync(CancellationToken.None);
        var lost = rig.Last(posted.Txid);
        Assert.That((lost.Stage, lost.Losses), Is.EqualTo((AnchorStage.Lost, 1)));
        Assert.That(lost.LastLoss, Does.Contain("no longer takes"));
        Assert.That(rig.Poster.Status, Has.Property("CoveredHeight").EqualTo(rig.Chain.Height).And.Property("InFlight").EqualTo(1), "posted anew with the other coin");

        await rig.MineAndStepAsync();
        Assert.That(rig.Poster.Status.FirmHeight, Is.EqualTo(rig.Chain.Height));
        Assert.That(await rig.CheckpointsInBitcoinAsync(), Has.Count.EqualTo(1));
    }
}
