using SharedSequencer.CometBft.Types;

namespace SharedSequencer.Engine.Consensus;

/// <summary>BFT time, as CometBFT v0.38 has it.</summary>
internal static class BftTime
{
    private const int NanosPerMillisecond = 1_000_000;
    private const int NanosPerSecond = 1_000_000_000;

    /// <summary>The next block's time: the median of the last commit's times, weighted by power.</summary>
    public static CometTime Median(Commit commit, ValidatorSet validators)
    {
        var votes = new List<(CometTime Time, long Power)>(commit.Signatures.Length);
        long total = 0;
        for (var i = 0; i < commit.Signatures.Length; i++)
        {
            if (commit.Signatures[i].BlockIdFlag == BlockIdFlag.Absent)
                continue;
            votes.Add((commit.Signatures[i].Timestamp, validators.Validators[i].VotingPower));
            total += validators.Validators[i].VotingPower;
        }

        votes.Sort((left, right) => left.Time.CompareTo(right.Time));
        var median = total / 2;
        foreach (var (time, power) in votes)
        {
            if (median <= power)
                return time;
            median -= power;
        }

        throw new EngineException($"The commit of height {commit.Height} has no vote with a time.");
    }

    /// <summary>A vote's time: now, and at least a millisecond after the block's, so that time moves strictly on.</summary>
    public static CometTime OfVote(CometTime block, TimeProvider clock)
    {
        var now = CometTime.From(clock.GetUtcNow());
        var least = block.Nanos + NanosPerMillisecond < NanosPerSecond
            ? block with { Nanos = block.Nanos + NanosPerMillisecond }
            : new CometTime(block.Seconds + 1, block.Nanos + NanosPerMillisecond - NanosPerSecond);
        return now > least ? now : least;
    }
}
