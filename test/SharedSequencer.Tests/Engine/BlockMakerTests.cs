using System.Collections.Immutable;
using NUnit.Framework;
using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Engine.Consensus;
using SharedSequencer.Engine.Storage;
using SharedSequencer.Tests.CometBft;

namespace SharedSequencer.Tests.Engine;

internal sealed class BlockMakerTests
{
    private static readonly ConsensusParams s_parameters = CometJsonReader.ConsensusParams(
        new JsonField(RecordedRun.Json.GetProperty("genesis"), "genesis").Get("consensus_params"));

    [Test]
    public void From_the_same_state_it_makes_the_very_blocks_that_a_real_network_made()
    {
        var heights = RecordedRun.Heights;
        var compared = 0;
        for (var i = 1; i + 1 < heights.Length; i++)
        {
            var real = heights[i].Block;
            var block = BlockMaker.Make(StateBefore(i), real.LastCommit, real.Transactions, real.Header.ProposerAddress);

            Assert.That(block.Header, Is.EqualTo(real.Header), $"height {real.Header.Height}");
            Assert.That(block.Id(), Is.EqualTo(real.BlockId));
            Assert.That(Block.FromProto(block.ToProto()).Id(), Is.EqualTo(real.BlockId), "and it survives being stored");
            compared++;
        }

        Assert.That(compared, Is.GreaterThan(20));
    }

    [Test]
    public void The_first_blocks_time_is_that_of_genesis()
    {
        var real = RecordedRun.Heights[0].Block;
        var state = StateBefore(1) with
        {
            LastHeight = 0,
            LastBlockTime = CometTime.Parse(RecordedRun.Json.GetProperty("genesis").GetProperty("genesis_time").GetString()!),
        };

        Assert.That(BlockMaker.TimeOf(state, Commit.Empty), Is.EqualTo(real.Header.Time));
    }

    [Test]
    public void A_vote_is_at_least_a_millisecond_later_than_its_block()
    {
        var block = new CometTime(1000, 999_500_000);
        var clock = new ManualTime(DateTimeOffset.FromUnixTimeSeconds(1000));

        Assert.That(BftTime.OfVote(block, clock), Is.EqualTo(new CometTime(1001, 500_000)));
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.That(BftTime.OfVote(block, clock), Is.EqualTo(new CometTime(1005, 0)));
    }

    private static ChainState StateBefore(int index)
    {
        var heights = RecordedRun.Heights;
        var before = heights[index - 1];
        return new ChainState(
            before.Block.Header.ChainId,
            1,
            before.Block.Header.Height,
            before.Block.BlockId,
            before.Block.Header.Time,
            before.Validators,
            heights[index].Validators,
            index + 1 < heights.Length ? heights[index + 1].Validators : heights[index].Validators,
            s_parameters,
            heights[index].Block.Header.Version.App,
            before.Results.AppHash,
            before.Results.Hash());
    }
}
