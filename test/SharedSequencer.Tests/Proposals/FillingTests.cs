using NUnit.Framework;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine.Execution;
using SharedSequencer.Tests.Mempool;

namespace SharedSequencer.Tests.Proposals;

/// <summary>What goes into a block, in which order, and how much of it.</summary>
internal sealed class FillingTests
{
    [TestCase(0UL)]
    [TestCase(100UL)]
    public void A_block_stays_within_its_bytes_at_every_limit_and_comes_near_them(ulong deposit)
    {
        // Items whose lengths take one, two and three bytes to say; with deposits they compete for shares first.
        var world = new PoolWorld(30, null, deposit == 0 ? [] : [("alpha", deposit), ("beta", deposit)]);
        for (var i = 1; i < 30; i++)
        {
            TransactionAction action = deposit == 0 ? new Transfer(world.Account(0), (ulong)i) : PoolWorld.Data(i % 2 == 0 ? "alpha" : "beta", 40 * i, i);
            world.Admit(world.Make(i, 0, tip: (ulong)(i % 7), actions: [action]));
        }

        var least = long.MaxValue;
        for (var maximum = 1_500; maximum < 3_500; maximum += 7)
        {
            var block = world.Propose(maximum);
            var bytes = BytesOf(block);
            Assert.That(bytes, Is.LessThanOrEqualTo(maximum));
            least = Math.Min(least, maximum - bytes);
        }

        // A preamble is never as long as it could be.
        Assert.That(least, Is.LessThan(40));
    }

    [Test]
    public void Of_equal_tips_the_older_goes_first()
    {
        var world = new PoolWorld(9);
        List<SignedTransaction> sent = [.. new[] { 5, 3, 8, 1, 7, 2, 6, 4 }.Select(account => world.Make(account, 0, tip: 3))];
        foreach (var transaction in sent)
            world.Admit(transaction);

        Assert.That(world.Propose().Transactions.Select(t => t.Id), Is.EqualTo(sent.Select(t => t.Id)));
    }

    [Test]
    public void What_does_not_fit_any_more_leaves_its_room_to_what_does()
    {
        var world = new PoolWorld(5, null, ("alpha", 1));
        var (first, second) = (world.Make(1, 0, tip: 9, actions: [PoolWorld.Data("alpha", 2_000)]), world.Make(2, 0, tip: 8, actions: [PoolWorld.Data("alpha", 2_000)]));
        var small = world.Make(3, 0, tip: 1);
        foreach (var transaction in new[] { first, second, small })
            world.Admit(transaction);

        Assert.That(world.CommitProposal(maximumBytes: 3_000).Transactions.Select(t => t.Id), Is.EqualTo(new[] { first.Id, small.Id }));
        Assert.That(world.EndingOf(second), Is.Null, "it fits the next block");
    }

    /// <summary>By the rule of protobuf, apart from the code that fills.</summary>
    private static long BytesOf(ExecutedBlock block)
    {
        var items = new AbciProto.Abci.ResponsePrepareProposal();
        if (block.Preamble is not null)
            items.Txs.Add(Google.Protobuf.ByteString.CopyFrom(block.Preamble));
        foreach (var transaction in block.Transactions)
            items.Txs.Add(Google.Protobuf.ByteString.CopyFrom(transaction.Raw.Span));
        return items.CalculateSize();
    }
}
