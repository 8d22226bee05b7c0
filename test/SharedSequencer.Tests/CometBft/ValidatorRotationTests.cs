using NUnit.Framework;
using SharedSequencer.CometBft.Types;

namespace SharedSequencer.Tests.CometBft;

internal sealed class ValidatorRotationTests
{
    [Test]
    public void It_gives_the_very_sets_and_proposers_of_a_real_network()
    {
        var heights = RecordedRun.Heights;
        var changes = 0;
        for (var i = 0; i + 2 < heights.Length; i++)
        {
            (ConsensusKey, long)[] updates = [.. heights[i].Results.ValidatorChanges.Select(change => (change.PublicKey, change.Power))];
            changes += updates.Length;
            var (next, proposer) = ValidatorRotation.Next(ValidatorRotation.Update(heights[i + 1].Validators, updates));

            Assert.That(next, Is.EqualTo(heights[i + 2].Validators), $"height {i + 3}");
            for (var round = heights[i + 2].Commit.SignedHeader.Commit.Round; round > 0; round--)
                (next, proposer) = ValidatorRotation.Next(next);
            Assert.That(proposer.Address, Is.EqualTo(heights[i + 2].Block.Header.ProposerAddress), $"height {i + 3}");
        }

        Assert.That(changes, Is.GreaterThanOrEqualTo(2));
        var (first, _) = ValidatorRotation.First(heights[0].Validators.Validators.Select(member => (member.PublicKey, member.VotingPower)));
        Assert.That(first, Is.EqualTo(heights[0].Validators));
        Assert.That(ValidatorRotation.Next(first).Set, Is.EqualTo(heights[1].Validators));
    }

    [Test]
    public void Alone_a_validators_priority_stays_zero()
    {
        var key = ConsensusKey.From(new byte[32]);
        var (set, proposer) = ValidatorRotation.First([(key, 10)]);
        for (var i = 0; i < 5; i++)
            (set, proposer) = ValidatorRotation.Next(ValidatorRotation.Update(set, [(key, 10 + i)]));

        Assert.That((set.Validators.Single().ProposerPriority, proposer.PublicKey, set.TotalVotingPower), Is.EqualTo((0L, key, 14L)));
    }

    [Test]
    public void Each_has_as_many_turns_as_its_power()
    {
        var keys = Enumerable.Range(1, 4).Select(i => (Key: ConsensusKey.From([.. Enumerable.Repeat((byte)i, 32)]), Power: (long)i)).ToList();
        var (set, proposer) = ValidatorRotation.First(keys);
        var turns = new Dictionary<ConsensusKey, int>();
        for (var i = 0; i < 100; i++)
        {
            turns[proposer.PublicKey] = turns.GetValueOrDefault(proposer.PublicKey) + 1;
            (set, proposer) = ValidatorRotation.Next(set);
        }

        Assert.That(keys.Select(one => turns[one.Key]), Is.EqualTo(new[] { 10, 20, 30, 40 }));
    }

    [Test]
    public void Impossible_changes_are_refused()
    {
        var key = ConsensusKey.From(new byte[32]);
        var other = ConsensusKey.From([.. Enumerable.Repeat((byte)1, 32)]);
        var (set, _) = ValidatorRotation.First([(key, 10)]);

        Assert.Throws<FormatException>(() => ValidatorRotation.Update(set, [(other, 0)]), "leaves without having been there");
        Assert.Throws<FormatException>(() => ValidatorRotation.Update(set, [(other, 1), (other, 2)]), "twice");
        Assert.Throws<FormatException>(() => ValidatorRotation.Update(set, [(key, 0)]), "nobody is left");
        Assert.Throws<FormatException>(() => ValidatorRotation.Update(set, [(other, -1)]));
        Assert.Throws<FormatException>(() => ValidatorRotation.Update(set, [(other, ValidatorSet.MaximumTotalPower)]), "too much power");
    }
}
