using Google.Protobuf;
using NUnit.Framework;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.Primitives;
using SharedSequencer.RandomChain;

namespace SharedSequencer.Tests.StateMachine;

internal sealed class ProposalTests
{
    [Test]
    public void Two_thousand_mutated_proposals_are_judged_as_the_naive_ledger_judges_them()
    {
        const int Mutations = 2000;
        var world = new RandomWorld(20_261);
        var blocks = new RandomBlocks(world);
        var replica = new Replica(blocks.InitChain());
        var ledger = new NaiveLedger(world.Genesis);
        var (accepted, refused) = (0, 0);
        for (var i = 0; i < Mutations; i++)
        {
            var context = blocks.NextContext();
            var proposal = blocks.Propose(context);
            var items = RandomBlocks.Items(proposal);

            // Strangers to the block: items of another one, and transactions with one fault under a good signature.
            List<byte[]> other = RandomBlocks.Items(blocks.Propose(context with { Height = context.Height + 1 }));
            for (var n = 0; n < 3; n++)
                other.Add(world.NextTransaction(blocks.State, context.Time, oddsOfBad: 1).Raw.ToArray());
            var mutated = ProposalMutations.Mutate(items, other, world.Random);

            // A lying proposer makes the preamble fit what it lies about.
            if (world.Random.Next(2) == 0 && mutated.Count > 1 && NaiveLedger.PreambleFor(mutated, context.Height) is { } fitting)
                mutated[0] = fitting;

            var request = RandomBlocks.Request(proposal);
            request.Txs.Clear();
            request.Txs.Add(mutated.Select(ByteString.CopyFrom));
            request.Hash = ByteString.CopyFrom(Hash256.Of(request.ToByteArray()).Span);
            var expected = ledger.After(mutated, context.Height, context.Time.Seconds, context.Time.Nanoseconds) is not null;
            Assert.That(replica.Accepts(request), Is.EqualTo(expected), $"mutation {i}: {replica.Observer.Rejections.LastOrDefault()}");
            _ = expected ? accepted++ : refused++;

            // The honest block stands in both eyes, and every fourth is decided, so that states differ.
            Assert.That(ledger.After(items, context.Height, context.Time.Seconds, context.Time.Nanoseconds), Is.Not.Null, $"block {i}");
            if (i % 4 != 0)
                continue;
            var honest = RandomBlocks.Request(proposal);
            Assert.That(replica.Accepts(honest), Is.True);
            Assert.That(replica.Run(honest), Is.EqualTo(proposal.State.AppHash));
            ledger = ledger.After(items, context.Height, context.Time.Seconds, context.Time.Nanoseconds)!;
            blocks.Decide(proposal);
        }

        // Neither answer may be rare, or the test would show little.
        Assert.That(accepted, Is.GreaterThan(Mutations / 10));
        Assert.That(refused, Is.GreaterThan(Mutations / 3));
    }

    [Test]
    public void Every_block_that_PrepareProposal_makes_is_accepted()
    {
        var world = new RandomWorld(77);
        var blocks = new RandomBlocks(world);
        var (proposer, judge) = (new Replica(blocks.InitChain()), new Replica(blocks.InitChain()));
        var ledger = new NaiveLedger(world.Genesis);
        var transactions = 0;
        for (var i = 0; i < 150; i++)
        {
            var context = blocks.NextContext();
            var state = proposer.Application.State!;
            for (var n = world.Random.Next(12); n > 0; n--)
            {
                var raw = world.NextTransaction(state, state.Time, oddsOfBad: 5).Raw;
                _ = proposer.Application.PrepareCheckTx(new RequestCheckTx { Tx = ByteString.CopyFrom(raw.Span) }).Admit();
            }

            var maximum = world.Random.Next(100, 4000);
            var prepared = proposer.Application.PrepareProposal(new RequestPrepareProposal
            {
                Height = context.Height,
                Time = RandomBlocks.ToTimestamp(context.Time),
                MaxTxBytes = maximum,
            });
            Assert.That(prepared.CalculateSize(), Is.LessThanOrEqualTo(maximum), "the framing counts");

            var block = new RequestFinalizeBlock { Height = context.Height, Time = RandomBlocks.ToTimestamp(context.Time) };
            block.Txs.Add(prepared.Txs);
            block.Hash = ByteString.CopyFrom(Hash256.Of(block.ToByteArray()).Span);
            List<byte[]> items = [.. prepared.Txs.Select(t => t.ToByteArray())];
            ledger = ledger.After(items, context.Height, context.Time.Seconds, context.Time.Nanoseconds)!;
            Assert.That(ledger, Is.Not.Null, $"the naive ledger refuses block {i}");
            Assert.That(judge.Accepts(block), Is.True, judge.Observer.Rejections.LastOrDefault());
            Assert.That(judge.Run(block), Is.EqualTo(proposer.Run(block)));
            blocks.Decide(proposer.Store.Blocks[^1].Execution);
            transactions += Math.Max(0, prepared.Txs.Count - 1);
        }

        Assert.That(transactions, Is.GreaterThan(100));
    }
}
