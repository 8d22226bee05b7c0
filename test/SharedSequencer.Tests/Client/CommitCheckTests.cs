using NUnit.Framework;
using SharedSequencer.CometBft.Commits;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Tests.CometBft;

namespace SharedSequencer.Tests.Client;

/// <summary>Over a real network's commits: absent and nil votes, rounds above 0, changes of power.</summary>
internal sealed class CommitCheckTests
{
    [Test]
    public void Every_commit_of_a_real_network_holds() =>
        Assert.That(RecordedRun.Heights.Select(h => CommitCheck.EveryVote(h.LightBlock)), Is.All.Null);

    [Test]
    public void One_changed_bit_of_any_vote_is_refused_and_names_the_validator()
    {
        foreach (var block in RecordedRun.Heights.Select(h => h.LightBlock))
        {
            for (var i = 0; i < block.Commit.Signatures.Length; i++)
            {
                var vote = block.Commit.Signatures[i];
                if (vote.BlockIdFlag == BlockIdFlag.Absent)
                    continue;
                var signature = vote.Signature.ToArray();
                signature[i] ^= 1;
                CommitFault?[] faults =
                [
                    CommitCheck.EveryVote(With(block, i, vote with { Signature = HexBytes.From(signature) })),
                    CommitCheck.EveryVote(With(block, i, vote with { Timestamp = new CometTime(vote.Timestamp.Seconds + 1, 0) })),
                    CommitCheck.EveryVote(With(block, i, vote with { BlockIdFlag = vote.BlockIdFlag == BlockIdFlag.Nil ? BlockIdFlag.Commit : BlockIdFlag.Nil })),
                ];
                Assert.That(faults.Select(fault => fault?.Reason), Is.All.Contains($"{vote.ValidatorAddress}"));
            }
        }
    }

    [Test]
    public void Votes_of_two_thirds_or_less_are_not_enough()
    {
        var checkedOnce = 0;
        foreach (var block in RecordedRun.Heights.Select(h => h.LightBlock))
        {
            // Take votes away, one after the other, and judge by the powers that are left.
            var left = block;
            for (var i = 0; i < block.Commit.Signatures.Length; i++)
            {
                left = With(left, i, CommitSig.Absent);
                var power = left.Commit.Signatures.Select((s, n) => s.BlockIdFlag == BlockIdFlag.Commit ? left.Validators.Validators[n].VotingPower : 0).Sum();
                var isEnough = 3 * power > 2 * left.Validators.TotalVotingPower;
                Assert.That(CommitCheck.EveryVote(left) is null, Is.EqualTo(isEnough));
                checkedOnce += isEnough ? 0 : 1;
            }
        }

        Assert.That(checkedOnce, Is.Positive);
    }

    private static LightBlock With(LightBlock block, int index, CommitSig vote) => block with
    {
        SignedHeader = block.SignedHeader with
        {
            Commit = block.Commit with { Signatures = block.Commit.Signatures.SetItem(index, vote) },
        },
    };
}
