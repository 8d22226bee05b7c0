using NUnit.Framework;
using SharedSequencer.Bitcoin.Anchoring;

namespace SharedSequencer.SystemTests.Bitcoin;

/// <summary>The poster is ended and started, with its file and without: no gap and no duplicate.</summary>
internal sealed class AnchorRestartTests
{
    [TestCase(true, TestName = "After_a_restart_it_goes_on_where_it_was")]
    [TestCase(false, TestName = "After_the_loss_of_its_file_it_finds_all_in_bitcoin_again")]
    public async Task Nothing_is_posted_twice(bool keepFile)
    {
        await using var rig = await AnchorRig.StartAsync(confirmations: 2);
        var confirmed = await rig.PostAsync();
        await rig.MineAndStepAsync(2);
        var inBlock = await rig.PostAsync();
        await rig.MineAndStepAsync();
        var posted = await rig.PostAsync();
        var second = await rig.PostAsync();
        var before = rig.Poster.Status;
        rig.Chain.Reports.Clear();

        if (keepFile)
            rig.Reopen();
        else
            rig.ReopenWithoutFile();
        await rig.StepAsync();
        Assert.That(rig.Poster.Status, Is.EqualTo(before));
        Assert.That(
            rig.Chain.Reports.Select(report => (report.Txid, report.Stage)),
            Is.EqualTo(new[]
            {
                (confirmed.Txid, AnchorStage.Confirmed), (inBlock.Txid, AnchorStage.InBlock), (posted.Txid, AnchorStage.Posted), (second.Txid, AnchorStage.Posted),
            }).AsCollection,
            "all are reported again");
        rig.Verify(rig.Last(confirmed.Txid));
        rig.Verify(rig.Last(inBlock.Txid));

        await rig.MineAndStepAsync(2);
        Assert.That(rig.Poster.Status.FirmHeight, Is.EqualTo(rig.Chain.Height));
        var third = await rig.PostAsync();
        await rig.MineAndStepAsync();
        rig.Verify(rig.Last(third.Txid));
        Assert.That((await rig.CheckpointsInBitcoinAsync()).Select(checkpoint => checkpoint.Height), Is.EqualTo(new ulong[] { 4, 8, 12, 16, 20 }).AsCollection);
    }

    [Test]
    public async Task What_was_written_down_but_not_sent_is_sent_at_the_next_start()
    {
        await using var rig = await AnchorRig.StartAsync();
        var posted = await rig.PostAsync();
        rig.Poster.Dispose();
        await rig.Node.StopAsync();
        await rig.Node.StartAgainAsync("-persistmempool=0");
        rig.Reopen();
        await rig.StepAsync();
        Assert.That(await rig.Node.Rpc.GetMempoolEntryAsync(posted.Txid), Is.Not.Null);
        await rig.MineAndStepAsync();
        Assert.That(rig.Last(posted.Txid).Stage, Is.EqualTo(AnchorStage.Confirmed));
        Assert.That(await rig.CheckpointsInBitcoinAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task With_an_old_file_it_catches_up()
    {
        await using var rig = await AnchorRig.StartAsync();
        await rig.PostAsync();
        var old = await File.ReadAllBytesAsync(rig.Options.StateFile);
        await rig.MineAndStepAsync();
        var second = await rig.PostAsync();
        await rig.MineAndStepAsync(3);
        rig.Poster.Dispose();
        await File.WriteAllBytesAsync(rig.Options.StateFile, old);
        rig.Reopen();
        await rig.StepAsync();
        Assert.That(rig.Poster.Status.FirmHeight, Is.EqualTo(rig.Chain.Height));
        Assert.That(rig.Last(second.Txid).Stage, Is.EqualTo(AnchorStage.Confirmed));
        Assert.That(await rig.CheckpointsInBitcoinAsync(), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task An_anchor_below_the_watched_blocks_still_covers_after_the_loss_of_the_file()
    {
        await using var rig = await AnchorRig.StartAsync(watchBlocks: 10);
        await rig.PostAsync();
        await rig.MineAndStepAsync(20);
        Assert.That(rig.Poster.Reports, Is.Empty, "too deep to watch");
        rig.ReopenWithoutFile();
        await rig.StepAsync();
        Assert.That(rig.Poster.Status, Has.Property("CoveredHeight").EqualTo(rig.Chain.Height).And.Property("FirmHeight").EqualTo(rig.Chain.Height));
        await rig.MineAndStepAsync();
        Assert.That(await rig.CheckpointsInBitcoinAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Another_history_of_bitcoin_under_the_same_file_is_anchored_anew()
    {
        await using var rig = await AnchorRig.StartAsync();
        await rig.PostAsync();
        await rig.MineAndStepAsync(3);
        var tip = (await rig.Node.Rpc.GetBlockchainInfoAsync()).Blocks;
        await rig.Node.LeaveAsync((int)tip);
        await rig.Node.MineAsync();
        await rig.Node.FundAsync(rig.Key.Address);
        await rig.Poster.StepAsync(CancellationToken.None);
        await rig.MineAndStepAsync();
        Assert.That(rig.Poster.Status.FirmHeight, Is.EqualTo(rig.Chain.Height));
        Assert.That(await rig.CheckpointsInBitcoinAsync(), Has.Count.EqualTo(1));
    }
}
