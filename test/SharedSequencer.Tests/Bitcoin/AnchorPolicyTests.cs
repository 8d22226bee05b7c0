using NUnit.Framework;
using SharedSequencer.Bitcoin.Anchoring;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Bitcoin;

internal sealed class AnchorPolicyTests
{
    private static readonly DateTimeOffset s_start = DateTimeOffset.UnixEpoch.AddDays(20_000);
    private static readonly AnchorPolicy s_policy = new() { MaximumBlocks = 10, MaximumDelay = TimeSpan.FromSeconds(60) };

    [TestCase(5ul, null, 0, false, TestName = "Empty_blocks_never_cause_a_checkpoint")]
    [TestCase(1000ul, null, 100_000, false, TestName = "Nor_do_many_empty_blocks_after_a_long_time")]
    [TestCase(5ul, 5ul, 0, false, TestName = "A_block_with_transactions_waits")]
    [TestCase(14ul, 5ul, 0, false, TestName = "It_waits_up_to_the_blocks_of_the_policy")]
    [TestCase(15ul, 5ul, 0, true, TestName = "It_is_due_after_the_blocks_of_the_policy")]
    [TestCase(5ul, 5ul, 59, false, TestName = "It_waits_up_to_the_delay_of_the_policy")]
    [TestCase(5ul, 5ul, 60, true, TestName = "It_is_due_after_the_delay_of_the_policy")]
    [TestCase(4ul, 5ul, 100, false, TestName = "A_newest_block_below_the_uncovered_one_cannot_cover_it")]
    public void Is_due(ulong newest, ulong? firstUncovered, int secondsLater, bool due)
    {
        var work = new AnchorWork(
            Block(newest, s_start.AddSeconds(secondsLater)), firstUncovered is { } first ? Block(first, s_start) : null);
        Assert.That(s_policy.IsDue(work, s_start), Is.EqualTo(due), "by block time");
    }

    [Test]
    public void A_chain_that_stopped_is_anchored_by_the_clock()
    {
        var work = new AnchorWork(Block(5, s_start), Block(5, s_start));
        Assert.That(s_policy.IsDue(work, s_start.AddSeconds(59)), Is.False);
        Assert.That(s_policy.IsDue(work, s_start.AddSeconds(60)), Is.True);
    }

    private static FinalBlock Block(ulong height, DateTimeOffset time) => new(height, Hash256.Zero, time);
}
