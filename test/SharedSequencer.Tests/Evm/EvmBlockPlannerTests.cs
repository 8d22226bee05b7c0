using NUnit.Framework;
using SharedSequencer.Evm.Blocks;
using SharedSequencer.Evm.Execution;

namespace SharedSequencer.Tests.Evm;

public sealed class EvmBlockPlannerTests
{
    private const long Epoch = 1_800_000_000;

    [TestCase(0, 0, 100, Description = "the first slice keeps its own time")]
    [TestCase(99, 100_999, 100, Description = "a fraction of a second is cut off")]
    [TestCase(100, 100_000, 101, Description = "time must grow")]
    [TestCase(114, 100_000, 115, Description = "the last step that is allowed ahead")]
    public void A_slice_in_light_traffic_is_a_block_at_once(long parent, long milliseconds, long expected)
    {
        var planner = new EvmBlockPlanner(At(parent), SliceMark.None);
        var plan = planner.Add(Slice(1, milliseconds == 0 ? 100_000 : milliseconds)).Single();
        Assert.That(plan.Timestamp, Is.EqualTo(At(expected)));
        Assert.That(plan.Mark, Is.EqualTo(new SliceMark(1, 10)));
    }

    [Test]
    public void Slices_that_would_run_more_than_15_s_ahead_gather_until_time_has_passed()
    {
        // p = 115: times below 101 gather, a time of 101 or more closes.
        var planner = new EvmBlockPlanner(At(115), SliceMark.None);
        Assert.That(planner.Add(Slice(1, 100_000)), Is.Empty);
        Assert.That(planner.Add(Slice(2, 100_999)), Is.Empty);
        Assert.That(planner.Add(new ExecutorTip(25, Time(100_999))), Is.Empty);
        Assert.That((planner.Gathered, planner.NextSlice), Is.EqualTo((2, 3UL)));

        var closed = planner.Add(new ExecutorTip(26, Time(101_000))).Single();
        Assert.That(closed.Timestamp, Is.EqualTo(At(116)));
        Assert.That(closed.Mark, Is.EqualTo(new SliceMark(2, 20)));
        Assert.That(closed.Slices.Select(s => s.Number), Is.EqualTo(new ulong[] { 1, 2 }));
        Assert.That(planner.Add(new ExecutorTip(27, Time(500_000))), Is.Empty, "nothing waits any more");
    }

    [Test]
    public void The_slice_that_closes_a_gathered_block_is_judged_by_the_new_parent()
    {
        var planner = new EvmBlockPlanner(At(115), SliceMark.None);
        planner.Add(Slice(1, 100_000));
        // 101 closes (p = 115), but with p = 116 it is itself too early and gathers.
        Assert.That(planner.Add(Slice(2, 101_000)).Single().Timestamp, Is.EqualTo(At(116)));
        Assert.That(planner.Gathered, Is.EqualTo(1));
        // 150 closes it, and makes a block of its own.
        Assert.That(planner.Add(Slice(3, 150_000)).Select(b => b.Timestamp), Is.EqualTo(new[] { At(117), At(150) }));
    }

    [Test]
    public void What_does_not_follow_is_refused()
    {
        var planner = new EvmBlockPlanner(At(100), new SliceMark(4, 40));
        Assert.Throws<SliceOutOfOrderException>(() => planner.Add(Slice(4, 100_000)));
        Assert.Throws<SliceOutOfOrderException>(() => planner.Add(Slice(6, 100_000)));
        Assert.Throws<ArgumentException>(() => planner.Add(Slice(5, 100_000) with { Height = 40 }));
        planner.Add(Slice(5, 100_000));
        Assert.Throws<ArgumentException>(() => planner.Add(Slice(6, 99_999)), "time went back");
        planner.Add(new ExecutorTip(70, Time(100_500)));
        Assert.Throws<ArgumentException>(() => planner.Add(Slice(6, 100_600)), "a tip went before its slices");
        Assert.That(planner.NextSlice, Is.EqualTo(6UL));
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public bool The_blocks_are_those_of_the_rule_whatever_ticks_are_seen_and_wherever_it_resumes(int[] steps, int seed)
    {
        var random = new Random(seed);
        var slices = new List<ExecutorSlice>();
        var time = 0L;
        foreach (var step in steps.Concat(Enumerable.Repeat(0, 40)))
        {
            // Mostly far below a second, now and then many seconds.
            time += step % 7 == 0 ? Math.Abs(step % 40) * 1_000L : Math.Abs(step % 90);
            slices.Add(Slice((ulong)slices.Count + 1, 100_000 + time));
        }

        var expected = ByTheRule(slices, At(90));
        return expected.SequenceEqual(Run(slices, null)) && expected.SequenceEqual(Run(slices, random));

        List<string> Run(List<ExecutorSlice> all, Random? noise)
        {
            var planner = new EvmBlockPlanner(At(90), SliceMark.None);
            var blocks = new List<string>();
            var next = 0;
            var last = 0UL;
            while (next < all.Count)
            {
                var slice = all[next++];
                if (noise?.Next(3) == 0 && next > 1)
                    Take(planner.Add(new ExecutorTip(slice.Height - 1, noise.Next(2) == 0 ? slice.BlockTime : all[next - 2].BlockTime)), slice.BlockTime);
                Take(planner.Add(slice), slice.BlockTime);
                if (noise?.Next(10) == 0 && blocks.Count > 0)
                {
                    // Stop and start again from the newest block: what only gathered is delivered again.
                    planner = new EvmBlockPlanner(Timestamp(blocks[^1]), new SliceMark(last, all[(int)last - 1].Height));
                    next = (int)last;
                }
            }

            Take(planner.Add(new ExecutorTip(long.MaxValue, Time(10_000_000_000))), Time(10_000_000_000));
            return blocks;

            void Take(IReadOnlyList<EvmBlockPlan> plans, DateTimeOffset now)
            {
                foreach (var plan in plans)
                {
                    blocks.Add(Text(plan.Timestamp, plan.Slices));
                    last = plan.Mark.SliceNumber;
                    if (plan.Timestamp > (ulong)now.ToUnixTimeSeconds() + 15)
                        throw new InvalidOperationException("more than 15 s ahead");
                }
            }
        }
    }

    /// <summary>DESIGN's sentences, read over the whole list at once.</summary>
    private static List<string> ByTheRule(List<ExecutorSlice> slices, ulong parent)
    {
        var blocks = new List<string>();
        var p = (long)parent;
        for (var i = 0; i < slices.Count;)
        {
            var t = slices[i].BlockTime.ToUnixTimeSeconds();
            var end = i + 1;
            if (p + 1 <= t + 15)
            {
                p = Math.Max(p + 1, t);
            }
            else
            {
                while (end < slices.Count && slices[end].BlockTime.ToUnixTimeSeconds() < p - 14)
                    end++;
                p++;
            }

            blocks.Add(Text((ulong)p, slices[i..end]));
            i = end;
        }

        return blocks;
    }

    private static string Text(ulong timestamp, IEnumerable<ExecutorSlice> slices) =>
        $"{timestamp}: {string.Join(',', slices.Select(s => s.Number))}";

    private static ulong Timestamp(string block) => ulong.Parse(block.Split(':')[0]);

    private static ulong At(long seconds) => (ulong)(Epoch + seconds);

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds((Epoch * 1000) + milliseconds);

    private static ExecutorSlice Slice(ulong number, long milliseconds) => new(number, (long)number * 10, Time(milliseconds), []);
}
