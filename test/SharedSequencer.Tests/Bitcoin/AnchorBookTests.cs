using NUnit.Framework;
using SharedSequencer.Bitcoin;
using SharedSequencer.Bitcoin.Anchoring;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Bitcoin;

/// <summary>How anchors move with the chain.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AnchorBookTests
{
    private const int Required = 3;
    private const int Watch = 5;

    private readonly BestChain _chain = new(Watch + 1);
    private readonly AnchorBook _book;

    public AnchorBookTests()
    {
        _book = new AnchorBook(_chain, Required, Watch);
        _chain.Restart(100);
        Grow();
    }

    [Test]
    public void An_anchor_is_followed_down_to_the_floor_and_back_at_a_reorg()
    {
        var anchor = Posted(7);
        _book.Add(anchor);
        Assert.That((_book.CoveredHeight, _book.AnchoredHeight, _book.FirmHeight), Is.EqualTo((7UL, 0UL, 0UL)));

        Grow();
        var block = _chain.Tip.Hash;
        var height = _chain.TipHeight;
        _book.Include(anchor.Txid, InclusionAt(height));
        Assert.That(State(anchor.Txid), Is.EqualTo((AnchorStage.InBlock, 1)));
        Assert.That((_book.AnchoredHeight, _book.FirmHeight), Is.EqualTo((7UL, 0UL)));
        Grow();
        Grow();
        Assert.That(State(anchor.Txid), Is.EqualTo((AnchorStage.Confirmed, Required)));
        Assert.That(_book.FirmHeight, Is.EqualTo(7));
        Grow();
        Assert.That(State(anchor.Txid), Is.EqualTo((AnchorStage.Confirmed, Required)), "confirmations count up to what is required");

        // A reorg that leaves its block takes confirmations, one that takes the block takes the anchor.
        Shrink();
        Shrink();
        Assert.That(State(anchor.Txid), Is.EqualTo((AnchorStage.InBlock, 2)));
        Shrink();
        Shrink();
        Assert.That(State(anchor.Txid), Is.EqualTo((AnchorStage.Posted, 0)));
        var report = _book.Report(_book.Find(anchor.Txid)!);
        Assert.That(report.Losses, Is.EqualTo(1));
        Assert.That(report.LastLoss, Does.Contain(block.ToString()).And.Contain($"{height}"));
        Assert.That((_book.CoveredHeight, _book.AnchoredHeight, _book.FirmHeight), Is.EqualTo((7UL, 0UL, 0UL)), "still covered: it is posted");

        Grow();
        _book.Include(anchor.Txid, InclusionAt(_chain.TipHeight));
        for (var i = 1; i < Watch; i++)
            Grow();
        Assert.That(_book.Find(anchor.Txid), Is.Not.Null);
        Grow();
        Assert.That(_book.Find(anchor.Txid), Is.Null, "too deep to watch");
        Assert.That((_book.CoveredHeight, _book.FirmHeight, _book.Floor), Is.EqualTo((7UL, 7UL, 7UL)));
    }

    [Test]
    public void A_lost_anchor_covers_nothing_until_it_comes_back()
    {
        var anchor = Posted(7);
        _book.Add(anchor);
        _book.Lose(anchor.Txid, "its coin is gone");
        Assert.That(_book.CoveredHeight, Is.Zero);
        Assert.That(State(anchor.Txid), Is.EqualTo((AnchorStage.Lost, 0)));
        _book.Return(anchor.Txid);
        Assert.That(_book.CoveredHeight, Is.EqualTo(7));
        _book.Lose(anchor.Txid, "gone again");
        Grow();
        _book.Include(anchor.Txid, InclusionAt(_chain.TipHeight));
        Assert.That(State(anchor.Txid), Is.EqualTo((AnchorStage.InBlock, 1)));
        Assert.That(_book.Report(_book.Find(anchor.Txid)!).Losses, Is.EqualTo(2));
    }

    [Test]
    public void One_transaction_is_never_listed_or_included_twice()
    {
        var anchor = Posted(7);
        _book.Add(anchor);
        Assert.That(() => _book.Add(anchor), Throws.InvalidOperationException);
        _book.Include(anchor.Txid, InclusionAt(_chain.TipHeight));
        Assert.That(() => _book.Include(anchor.Txid, InclusionAt(_chain.TipHeight)), Throws.InvalidOperationException);
        Assert.That(() => _book.Include(BitcoinHash.Zero, InclusionAt(_chain.TipHeight)), Throws.InvalidOperationException);
    }

    [Test]
    public void A_chain_takes_only_headers_that_build_on_its_tip_and_keeps_the_newest()
    {
        Assert.That(() => _chain.Append(_chain.Tip), Throws.ArgumentException);
        for (var i = 0; i < 20; i++)
            Grow();
        Assert.That(_chain.Headers, Has.Count.EqualTo(Watch + 1));
        Assert.That(_chain.TipHeight, Is.EqualTo(120));
        Assert.That(_chain.From(_chain.FirstHeight - 1, 1), Is.Empty);
        Assert.That(_chain.From(119, 10), Is.EqualTo(_chain.Headers.TakeLast(2)).AsCollection);
        Assert.That(_chain.ConfirmationsAt(121), Is.Zero);
    }

    private (AnchorStage Stage, int Confirmations) State(BitcoinHash txid)
    {
        var report = _book.Report(_book.Find(txid)!);
        Assert.That(report.Evidence is null, Is.EqualTo(report.Confirmations == 0));
        return (report.Stage, report.Confirmations);
    }

    private void Grow()
    {
        var previous = _chain.IsEmpty ? BitcoinHash.Zero : _chain.Tip.Hash;
        _chain.Append(new BlockHeader(4, previous, BitcoinHash.Zero, 0, BitcoinNetwork.Regtest.PowLimit, 0));
        _book.Recount();
    }

    private void Shrink()
    {
        var (block, height) = (_chain.Tip.Hash, _chain.TipHeight);
        _chain.RemoveTip();
        _book.Disconnect(block, height);
        _book.Recount();
    }

    private Inclusion InclusionAt(uint height) =>
        new(height, _chain.Tip.Hash, new MerkleBranch(1, [BitcoinHash.Zero]), AnchoredBlocks.Coinbase(height), [BitcoinHash.Zero]);

    private static PostedAnchor Posted(ulong height)
    {
        var checkpoint = new Checkpoint(AnchoredBlocks.Tag, height, Hash256.Of([(byte)height]), Hash256.Zero);
        return new PostedAnchor(checkpoint, AnchoredBlocks.CheckpointTransaction(checkpoint));
    }
}
