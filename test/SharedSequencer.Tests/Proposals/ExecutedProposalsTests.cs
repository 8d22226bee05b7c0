using NUnit.Framework;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.Application.Proposals;
using SharedSequencer.Primitives;
using SharedSequencer.RandomChain;
using SharedSequencer.StateMachine.Execution;

namespace SharedSequencer.Tests.Proposals;

/// <summary>What was executed to judge it is used for the block with its hash, and for no other.</summary>
internal sealed class ExecutedProposalsTests
{
    [Test]
    public void Of_many_proposals_of_a_height_the_decided_one_counts_judged_or_not()
    {
        const int Proposals = 7;
        var blocks = new RandomBlocks(new RandomWorld(31));
        var replica = new Replica(blocks.InitChain());
        for (var height = 1; height <= 30; height++)
        {
            List<ExecutedBlock> proposals = [.. Enumerable.Range(0, Proposals).Select(_ => blocks.Propose(blocks.NextContext()))];
            foreach (var proposal in proposals.Skip(1))
                Assert.That(replica.Accepts(RandomBlocks.Request(proposal)), Is.True);
            var decided = proposals[height % Proposals];

            Assert.That(replica.Run(RandomBlocks.Request(decided)), Is.EqualTo(decided.State.AppHash), $"height {height}");
            Assert.That(replica.Application.State!.Time, Is.EqualTo(decided.Context.Time));
            Assert.That(replica.Store.Blocks[^1].Execution.Transactions.Select(t => t.Id), Is.EqualTo(decided.Transactions.Select(t => t.Id)));
            blocks.Decide(decided);
        }
    }

    [Test]
    public void The_newest_few_are_kept()
    {
        var blocks = new RandomBlocks(new RandomWorld(32));
        var executed = new ExecutedProposals(3);
        List<(Hash256 Hash, ExecutedBlock Block)> all = [.. Enumerable.Range(0, 5).Select(i => (Hash256.Of([(byte)i]), blocks.Propose(blocks.NextContext())))];
        foreach (var (hash, block) in all)
            executed.Add(hash, block);

        Assert.That(all.Select(p => executed.Find(p.Hash)), Is.EqualTo(new[] { null, null, all[2].Block, all[3].Block, all[4].Block }));
        executed.Clear();
        Assert.That(executed.Find(all[4].Hash), Is.Null);
    }

    [Test]
    public void A_block_that_is_not_the_next_one_is_no_matter_of_validity()
    {
        var blocks = new RandomBlocks(new RandomWorld(33));
        var replica = new Replica(blocks.InitChain());
        _ = replica.Run(blocks.Next());
        foreach (var height in new[] { 1, 3 })
        {
            // Empty, so that nothing else is wrong with it.
            var block = new RequestFinalizeBlock { Height = height, Time = RandomBlocks.ToTimestamp(blocks.State.Time), Hash = Google.Protobuf.ByteString.CopyFrom(new byte[32]) };
            var complaint = $"Block {height} came; the one after height 1 is due.";
            Assert.That(() => replica.Accepts(block), Throws.InvalidOperationException.With.Message.EqualTo(complaint));
            Assert.That(() => replica.Run(block), Throws.InvalidOperationException.With.Message.EqualTo(complaint));
        }
    }
}
