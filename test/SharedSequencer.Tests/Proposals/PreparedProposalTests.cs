using Google.Protobuf;
using NUnit.Framework;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.Primitives;
using SharedSequencer.RandomChain;

namespace SharedSequencer.Tests.Proposals;

/// <summary>A node judges its own proposal without executing it again; nothing but that very proposal may profit.</summary>
internal sealed class PreparedProposalTests
{
    [Test]
    public void A_proposer_judges_every_change_of_its_own_proposal_as_others_do()
    {
        var world = new RandomWorld(4_711);
        var blocks = new RandomBlocks(world);
        var (proposer, judge) = (new Replica(blocks.InitChain()), new Replica(blocks.InitChain()));
        var (changed, refused) = (0, 0);
        for (var i = 0; i < 60; i++)
        {
            var context = blocks.NextContext();
            var prepared = Prepare(proposer, world, context.Height, context.Time);
            var own = Block(context.Height, context.Time, prepared.Txs);
            for (var change = 0; change < 6; change++)
            {
                var other = Change(own, change, world.Random);
                var expected = judge.Accepts(other);
                Assert.That(proposer.Accepts(other), Is.EqualTo(expected), $"block {i}, change {change}");
                changed++;
                refused += expected ? 0 : 1;
            }

            Assert.That(proposer.Accepts(own), Is.True);
            Assert.That(judge.Accepts(own), Is.True);

            // Now and then it is decided under another time than it was prepared for.
            var decided = i % 3 == 0 ? Change(own, 0, world.Random) : own;
            Assert.That(proposer.Run(decided), Is.EqualTo(judge.Run(decided)));
            blocks.Decide(judge.Store.Blocks[^1].Execution);
        }

        Assert.That(refused, Is.InRange(changed / 3, changed - 1));
    }

    [Test]
    public void A_proposal_of_an_earlier_height_counts_for_nothing_at_the_next()
    {
        var world = new RandomWorld(99);
        var blocks = new RandomBlocks(world);
        var replica = new Replica(blocks.InitChain());
        var context = blocks.NextContext();
        var prepared = Prepare(replica, world, context.Height, context.Time);
        Assert.That(prepared.Txs, Is.Not.Empty);
        var block = Block(context.Height, context.Time, prepared.Txs);
        Assert.That(replica.Accepts(block), Is.True);
        _ = replica.Run(block);

        // The nonces are used, and the preamble names another height.
        Assert.That(replica.Accepts(Block(context.Height + 1, context.Time, prepared.Txs)), Is.False);
    }

    private static ResponsePrepareProposal Prepare(Replica replica, RandomWorld world, long height, BlockTime time)
    {
        var state = replica.Application.State!;
        for (var n = 0; n < 8; n++)
        {
            var raw = world.NextTransaction(state, state.Time, oddsOfBad: 100).Raw;
            _ = replica.Application.PrepareCheckTx(new RequestCheckTx { Tx = ByteString.CopyFrom(raw.Span) }).Admit();
        }

        return replica.Application.PrepareProposal(new RequestPrepareProposal { Height = height, Time = RandomBlocks.ToTimestamp(time), MaxTxBytes = 1_000_000 });
    }

    private static RequestFinalizeBlock Change(RequestFinalizeBlock own, int change, Random random)
    {
        List<byte[]> items = [.. own.Txs.Select(t => t.ToByteArray())];
        var time = new BlockTime(own.Time.Seconds, own.Time.Nanos);
        if (items.Count == 0 || change == 0)
            return Block(own.Height, time with { Nanoseconds = (time.Nanoseconds + 1) % 1_000_000_000 }, own.Txs);
        switch (change)
        {
            case 1:
                items[0][random.Next(items[0].Length)] ^= 1;
                break;
            case 2:
                items[^1][random.Next(items[^1].Length)] ^= 1;
                break;
            case 3:
                items.RemoveAt(items.Count - 1);
                break;
            case 4:
                items.Add(items[^1]);
                break;
            default:
                (items[0], items[^1]) = (items[^1], items[0]);
                break;
        }

        return Block(own.Height, time, items.Select(ByteString.CopyFrom));
    }

    private static RequestFinalizeBlock Block(long height, BlockTime time, IEnumerable<ByteString> items)
    {
        var block = new RequestFinalizeBlock { Height = height, Time = RandomBlocks.ToTimestamp(time), ProposerAddress = ByteString.CopyFrom(new byte[20]) };
        block.Txs.Add(items);
        block.Hash = ByteString.CopyFrom(Hash256.Of(block.ToByteArray()).Span);
        return block;
    }
}
