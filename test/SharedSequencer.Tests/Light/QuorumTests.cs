using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using SharedSequencer.CometBft.Commits;
using SharedSequencer.CometBft.Types;

namespace SharedSequencer.Tests.Light;

/// <summary>Shares of power in exact integers, against arithmetic without bounds.</summary>
internal sealed class QuorumTests
{
    private static readonly Gen<long> s_powers = Gen.OneOf(
        Gen.Choose(0, 20).Select(n => (long)n),
        Gen.Choose(0, 1000).Select(n => ValidatorSet.MaximumTotalPower - n),
        Gen.Choose(0, int.MaxValue).Zip(Gen.Choose(0, int.MaxValue)).Select(p => ((long)p.Item1 << 29) | (uint)p.Item2 >> 2));

    [FsCheck.NUnit.Property(MaxTest = 5000)]
    public Property A_share_is_exceeded_exactly_when_rational_numbers_say_so() => Prop.ForAll(
        s_powers.Zip(s_powers).Zip(Gen.Choose(0, int.MaxValue).Zip(Gen.Choose(1, int.MaxValue))).ToArbitrary(),
        input =>
        {
            var ((power, total), (numerator, denominator)) = input;
            return new[] { PowerFraction.TwoThirds, PowerFraction.OneThird, new PowerFraction((ulong)numerator, (ulong)denominator), new PowerFraction(ulong.MaxValue - 1, ulong.MaxValue) }
                .All(share => share.IsExceededBy(power, total)
                    == (new BigInteger(power) * share.Denominator > new BigInteger(total) * share.Numerator));
        });

    [FsCheck.NUnit.Property(MaxTest = 2000)]
    public Property Around_two_thirds_of_any_total_the_border_is_exact() => Prop.ForAll(
        s_powers.ToArbitrary(),
        total =>
        {
            var most = (long)(new BigInteger(total) * 2 / 3);
            return !PowerFraction.TwoThirds.IsExceededBy(most, total) && PowerFraction.TwoThirds.IsExceededBy(most + 1, total);
        });

    [FsCheck.NUnit.Property(MaxTest = 60)]
    public Property A_commit_holds_exactly_when_its_votes_for_the_block_are_more_than_two_thirds() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ToArbitrary(),
        seed =>
        {
            var random = new Random(seed);
            var powers = Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(3) == 0 ? random.NextInt64(1, 1L << 57) : random.Next(1, 5)).ToArray();
            var chain = SignedChain.Steady(1, powers);
            var flags = powers.Select(_ => (BlockIdFlag)random.Next(1, 4)).ToArray();
            var block = chain.Voted(1, i => flags[i]);

            BigInteger signed = 0, total = 0;
            for (var i = 0; i < flags.Length; i++)
            {
                total += block.Validators.Validators[i].VotingPower;
                signed += flags[i] == BlockIdFlag.Commit ? block.Validators.Validators[i].VotingPower : 0;
            }

            return CommitCheck.EveryVote(block) is null == signed * 3 > total * 2
                && CommitCheck.EnoughVotes(block) is null == signed * 3 > total * 2
                && CommitCheck.Overlap(block, block.Validators, PowerFraction.OneThird) is null == signed * 3 > total
                && block.HasQuorum == signed * 3 > total * 2;
        });
}
