using NUnit.Framework;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine.Execution;
using SharedSequencer.Tests.Mempool;

namespace SharedSequencer.Tests.Proposals;

/// <summary>What goes into a block, in which order, and how much of it.</summary>
internal sealed class FillingTests
{
    [TestCase(false)]
    [TestCase(true)]
    public void A_block_stays_within_its_bytes_at_every_limit_and_comes_near_them(bool withShares)
    {
        // So many that one byte too few for each would show; their lengths take one to three bytes to say.
        const int Accounts = 90;
        var world = new PoolWorld(Accounts, null, withShares ? [("alpha", 100), ("beta", 100)] : []);
        for (var i = 1; i < Accounts; i++)
        {
            TransactionAction action = withShares ? PoolWorld.Data(i % 2 == 0 ? "alpha" : "beta", 4 * i, i) : new Transfer(world.Account(0), (ulong)i);
            world.Admit(world.Make(i, 0, tip: (ulong)(i % 7), actions: [action]));
        }

        var least = long.MaxValue;
        for (var maximum = 10_000; maximum < 12_000; maximum += 37)
        {
            var bytes = BytesOf(world.Propose(maximum));
            Assert.That(bytes, Is.LessThanOrEqualTo(maximum));
            least = Math.Min(least, maximum - bytes);
        }

        // A preamble is never as long as it could be.
        Assert.That(least, Is.LessThan(40));
    }

    [Test]
    public void Shares_that_several_namespaces_saved_up_do_not_make_a_block_too_long()
    {
        const int Maximum = 3_000;
        var world = new PoolWorld(42, null, ("flood", 1), ("alpha", 1), ("beta", 1));
        for (var i = 0; i < 400; i++)
            world.Admit(world.Make(1 + (i % 39), (ulong)(i / 39), tip: 100, actions: [PoolWorld.Data("flood", 100, i)]));
        var large = new[] { world.Make(40, 0, actions: [PoolWorld.Data("alpha", 1_900)]), world.Make(41, 0, actions: [PoolWorld.Data("beta", 1_900)]) };
        foreach (var transaction in large)
            world.Admit(transaction);
        List<Hash256> decided = [];
        while (!large.All(t => decided.Contains(t.Id)))
        {
            var block = world.CommitProposal(Maximum);
            Assert.That(BytesOf(block), Is.LessThanOrEqualTo(Maximum));
            decided.AddRange(block.Transactions.Select(t => t.Id));
            Assert.That(world.State.Height, Is.LessThan(12), "500 bytes a block are saved for each");
        }
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
