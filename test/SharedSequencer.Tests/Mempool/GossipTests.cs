using NUnit.Framework;
using SharedSequencer.Application;
using SharedSequencer.Protocol;

namespace SharedSequencer.Tests.Mempool;

/// <summary>The application-side mempool of CometBFT v0.40: InsertTx and ReapTxs.</summary>
internal sealed class GossipTests
{
    [Test]
    public void Each_transaction_is_handed_out_once_and_what_peers_sent_only_when_asked_for([Values] bool ofPeers)
    {
        var world = new PoolWorld(4, new ApplicationOptions { AppMempool = true, GossipOfPeers = ofPeers });
        var (own, waiting, peers) = (world.Make(1, 0), world.Make(2, 4), world.Make(3, 0));
        world.Pool.Admit(own);
        world.Pool.Admit(waiting);
        world.Pool.Admit(peers, fromPeer: true);

        var reaped = world.Pool.Reap(long.MaxValue).Select(t => t.Id);

        Assert.That(reaped, Is.EqualTo(ofPeers ? new[] { own.Id, waiting.Id, peers.Id } : [own.Id, waiting.Id]));
        Assert.That(world.Pool.Reap(long.MaxValue), Is.Empty);
        Assert.That(world.Pool.TakePromoted(10), Is.Empty, "gossip has it: nothing is broadcast");
    }

    [Test]
    public void What_left_the_pool_is_not_handed_out_and_bytes_are_bounded()
    {
        var world = new PoolWorld(4, new ApplicationOptions { AppMempool = true });
        var (gone, first, second) = (world.Make(1, 0), world.Make(2, 0), world.Make(3, 0));
        world.Pool.Admit(gone);
        world.Commit(gone);
        world.Pool.Admit(first);
        world.Pool.Admit(second);

        Assert.That(world.Pool.Reap(first.Raw.Length).Single().Id, Is.EqualTo(first.Id));
        Assert.That(world.Pool.Reap(1).Single().Id, Is.EqualTo(second.Id), "one that is larger than the bound goes alone");
    }

    [TestCase(ResultCode.Ok, ExpectedResult = 0u)]
    [TestCase(ResultCode.NonceGap, ExpectedResult = 0u)]
    [TestCase(ResultCode.PoolFull, ExpectedResult = 32_018u)]
    [TestCase(ResultCode.UnknownNamespace, ExpectedResult = 32_011u)]
    [TestCase(ResultCode.BadSignature, ExpectedResult = 4u)]
    [TestCase(ResultCode.NonceTooLow, ExpectedResult = 7u)]
    public uint InsertTx_codes_say_whether_the_transaction_may_come_again(ResultCode code) => InsertCodes.Of(code);

    [Test]
    public void Nobody_reaping_makes_nothing_grow()
    {
        var world = new PoolWorld(2, new ApplicationOptions { AppMempool = true });
        for (ulong nonce = 0; nonce < 3_000; nonce++)
        {
            var transaction = world.Make(1, nonce);
            world.Pool.Admit(transaction);
            world.Commit(transaction);
        }

        world.Pool.Admit(world.Make(1, 3_000));

        Assert.That(world.Pool.Reap(long.MaxValue), Has.Count.EqualTo(1));
    }
}
