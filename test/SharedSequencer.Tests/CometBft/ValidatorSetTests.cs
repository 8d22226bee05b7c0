using NUnit.Framework;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.CometBft;

[TestFixture]
public sealed class ValidatorSetTests
{
    private static readonly ConsensusKey[] s_keys =
        [.. Enumerable.Range(0, 3).Select(i => ConsensusKey.From(Hash256.Of([(byte)i]).Span)).OrderBy(key => key.Address)];

    [Test]
    public void Order_is_by_power_and_then_by_address()
    {
        Assert.That(() => Set((0, 5), (1, 5), (2, 4)), Throws.Nothing);
        Assert.That(() => Set((1, 5), (0, 5), (2, 4)), Throws.InstanceOf<FormatException>().With.Message.Contains("out of order"));
        Assert.That(() => Set((0, 4), (1, 5)), Throws.InstanceOf<FormatException>().With.Message.Contains("out of order"));
    }

    [Test]
    public void Nobody_is_named_twice()
    {
        Assert.That(() => Set((0, 5), (0, 5)), Throws.InstanceOf<FormatException>());
        Assert.That(() => Set((0, 6), (0, 5)), Throws.InstanceOf<FormatException>().With.Message.Contains("named twice"));
    }

    [Test]
    public void Powers_are_positive_and_bounded_together()
    {
        Assert.That(() => Set(), Throws.InstanceOf<FormatException>());
        Assert.That(() => Set((0, 0)), Throws.InstanceOf<FormatException>().With.Message.Contains("not positive"));
        Assert.That(() => Set((0, -1)), Throws.InstanceOf<FormatException>());
        Assert.That(Set((0, ValidatorSet.MaximumTotalPower - 1), (1, 1)).TotalVotingPower, Is.EqualTo(ValidatorSet.MaximumTotalPower));
        Assert.That(() => Set((0, ValidatorSet.MaximumTotalPower), (1, 1)), Throws.InstanceOf<FormatException>().With.Message.Contains("exceeds"));
        Assert.That(() => Set((0, long.MaxValue), (1, long.MaxValue)), Throws.InstanceOf<FormatException>());
    }

    [Test]
    public void The_proposer_has_the_highest_priority_and_of_equals_the_lowest_address()
    {
        ValidatorSet WithPriorities(params long[] priorities) =>
            ValidatorSet.From([.. priorities.Select((priority, i) => new Validator(s_keys[i], 1, priority))]);
        Assert.That(WithPriorities(-1, 3, 2).Proposer.Address, Is.EqualTo(s_keys[1].Address));
        Assert.That(WithPriorities(0, 0, 0).Proposer.Address, Is.EqualTo(s_keys[0].Address));
    }

    [Test]
    public void A_proposer_that_does_not_follow_is_refused()
    {
        var bytes = Set((0, 2), (1, 1)).ToProto();
        var proposer = new Validator(s_keys[1], 1, 0).ToProto();
        byte[] forged = [.. bytes[..^proposer.Length], .. proposer];
        Assert.That(() => ValidatorSet.FromProto(forged), Throws.InstanceOf<FormatException>().With.Message.Contains("proposer"));
    }

    private static ValidatorSet Set(params (int Key, long Power)[] members) =>
        ValidatorSet.From([.. members.Select(member => new Validator(s_keys[member.Key], member.Power, 0))]);
}
