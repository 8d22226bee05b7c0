using NUnit.Framework;
using SharedSequencer.Client.Light;
using SharedSequencer.CometBft.Commits;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Light;

/// <summary>Each kind of lie about a header, its commit or its validators, refused at the step that it breaks.</summary>
internal sealed class HeaderLieTests
{
    private static readonly LightClientOptions s_options = new();

    // The first two are exactly 2/3 of the power. Key 3 leaves and key 4 joins at height 5.
    private static readonly SignedChain s_chain = SignedChain.Make(9, height => [(0, 20), (1, 20), (2, 10), (height < 5 ? 3 : 4, 10)]);
    private static readonly LightBlock s_trusted = s_chain[1];
    private static readonly CometTime s_now = CometTime.From(s_chain.Now());

    private static ValidatorSet Strangers => SignedChain.SetOf([(20, 10), (21, 10), (22, 10), (23, 10)]);

    private sealed record Lie(string Name, LightStep Step, string Words, Func<long, LightBlock> Of);

    private static IEnumerable<Lie> Lies()
    {
        static Lie Of(string name, LightStep step, string words, Func<long, LightBlock> lie) => new(name, step, words, lie);
        static BlockIdFlag All(int place) => BlockIdFlag.Commit;

        yield return Of("commit with exactly 2/3", LightStep.Commit, "more than 2/3", h => s_chain.Voted(h, i => i < 2 ? BlockIdFlag.Commit : BlockIdFlag.Absent));
        yield return Of("nil votes are none for the block", LightStep.Commit, "more than 2/3", h => s_chain.Voted(h, i => i == 0 ? BlockIdFlag.Nil : BlockIdFlag.Commit));
        yield return Of("doubled signer", LightStep.Consistency, "place 1 of the commit is signed by", h => s_chain.WithCommit(h, c => c with { Signatures = c.Signatures.SetItem(1, c.Signatures[0]) }));
        yield return Of("signature for another round", LightStep.Commit, "does not verify", h => SignedChain.Sign(s_chain[h].Header, s_chain.SetAt(h), All, votedFor: (h, 1)));
        yield return Of("signature for another height", LightStep.Commit, "does not verify", h => SignedChain.Sign(s_chain[h].Header, s_chain.SetAt(h), All, votedFor: (h + 1, 0)));
        yield return Of("signature for another chain", LightStep.Commit, "does not verify", h => SignedChain.Sign(s_chain[h].Header, s_chain.SetAt(h), All, chainId: _ => "light-2"));
        yield return Of("a round changed in the commit", LightStep.Commit, "does not verify", h => s_chain.WithCommit(h, c => c with { Round = 7 }));
        yield return Of("a vote's time changed", LightStep.Commit, "does not verify", h => s_chain.WithCommit(
            h, c => c with { Signatures = c.Signatures.SetItem(0, c.Signatures[0] with { Timestamp = new CometTime(1, 0) }) }));
        yield return Of("votes in each other's places", LightStep.Consistency, "is signed by", h => s_chain.WithCommit(h, c => c with { Signatures = [.. c.Signatures.Reverse()] }));
        yield return Of("a place missing", LightStep.Consistency, "3 places for 4", h => s_chain.WithCommit(h, c => c with { Signatures = c.Signatures[1..] }));
        yield return Of("a vote under another's address", LightStep.Consistency, "is signed by", h => s_chain.WithCommit(
            h, c => c with { Signatures = c.Signatures.SetItem(0, c.Signatures[0] with { ValidatorAddress = c.Signatures[1].ValidatorAddress }) }));
        yield return Of("validators swapped beside the header", LightStep.Consistency, "names validator set", h => s_chain[h] with { Validators = Strangers });
        yield return Of("a power altered", LightStep.Consistency, "names validator set", h => s_chain[h] with { Validators = Heavier(s_chain.SetAt(h)) });
        yield return Of("commit of another height", LightStep.Consistency, "the commit is of height", h => s_chain.WithCommit(h, _ => s_chain[h + 1].Commit));
        yield return Of("commit for another block", LightStep.Consistency, "the commit is for block", h => s_chain.WithCommit(
            h, c => c with { BlockId = c.BlockId with { Hash = Hash256.Of("x"u8) } }));
        yield return Of("commit for no block", LightStep.Consistency, "for no block", h => s_chain.WithCommit(h, c => c with { BlockId = BlockId.Empty }));
        yield return Of("header changed under its commit", LightStep.Consistency, "the header's hash is", h => s_chain[h] with
        {
            SignedHeader = s_chain[h].SignedHeader with { Header = s_chain[h].Header with { AppHash = HexBytes.From(new byte[32]) } },
        });
        yield return Of("header of another chain", LightStep.Consistency, "of chain 'other'", h => s_chain.With(h, header => header with { ChainId = "other" }));
        yield return Of("another block version", LightStep.Consistency, "block version is 10", h => s_chain.With(h, header => header with { Version = new ConsensusVersion(10, 1) }));
        yield return Of("stale header", LightStep.Time, "stale", h => s_chain.With(h, header => header with { Time = s_trusted.Header.Time }));
        yield return Of("header from the future", LightStep.Time, "future", h => s_chain.With(
            h, header => header with { Time = CometTime.From(s_chain.Now().AddSeconds(10)) }));
    }

    private static IEnumerable<TestCaseData> Cases()
    {
        foreach (var lie in Lies())
        {
            yield return new TestCaseData(lie, 2L).SetArgDisplayNames($"next: {lie.Name}");
            yield return new TestCaseData(lie, 4L).SetArgDisplayNames($"skipping: {lie.Name}");
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void A_lie_is_refused_at_its_step(object lie, long height)
    {
        var (_, step, words, of) = (Lie)lie;
        Assert.That(Verify(s_chain[height]), Is.Null, "the honest one");

        var fault = Verify(of(height));

        Assert.That(fault?.Step, Is.EqualTo(step), fault?.Reason);
        Assert.That(fault?.Reason, Does.Contain(words));
    }

    [Test]
    public void There_are_at_least_20_kinds_of_lie() =>
        Assert.That(Lies().Select(lie => lie.Name).Distinct().Count(), Is.GreaterThanOrEqualTo(20));

    [Test]
    public void A_set_that_nobody_vouched_for_is_refused_though_it_signed_its_own_header()
    {
        var next = s_chain.With(2, header => header with { ValidatorsHash = Strangers.Hash() }, Strangers);
        var later = s_chain.With(4, header => header with { ValidatorsHash = Strangers.Hash() }, Strangers);

        Assert.That(Verify(next)?.Step, Is.EqualTo(LightStep.NextValidators));
        Assert.That(Verify(later)?.Step, Is.EqualTo(LightStep.Overlap));
        Assert.That(Verify(later)?.Reason, Does.Contain("0 of the trusted set's 60 power"));
    }

    [TestCase(10, 10, 10, ExpectedResult = LightStep.Overlap, Description = "exactly a third is not more than a third")]
    [TestCase(11, 10, 10, ExpectedResult = null)]
    [TestCase(9, 10, 10, ExpectedResult = LightStep.Overlap)]
    public LightStep? Skipping_needs_more_than_a_third_of_the_trusted_power(long stays, long leaves, long alsoLeaves)
    {
        // Key 0 stays, and the rest are others from height 5 on.
        var chain = SignedChain.Make(6, h => h < 5 ? [(0, stays), (1, leaves), (2, alsoLeaves)] : [(0, stays), (3, leaves), (4, alsoLeaves)]);
        return LightVerifier.Verify(chain[1].Header, chain[1].Validators, chain[6], CometTime.From(chain.Now()), s_options)?.Step;
    }

    [Test]
    public void A_trust_level_of_more_asks_for_more()
    {
        var chain = SignedChain.Make(6, h => h < 5 ? [(0, 10), (1, 10), (2, 10)] : [(0, 10), (1, 10), (3, 10)]);
        var now = CometTime.From(chain.Now());
        LightStep? At(ulong numerator, ulong denominator) => LightVerifier.Verify(
            chain[1].Header, chain[1].Validators, chain[6], now, s_options with { TrustLevel = new PowerFraction(numerator, denominator) })?.Step;

        Assert.That((At(1, 3), At(1, 2), At(2, 3), At(1, 1)), Is.EqualTo(((LightStep?)null, (LightStep?)null, (LightStep?)LightStep.Overlap, (LightStep?)LightStep.Overlap)));
    }

    [Test]
    public void One_signer_is_counted_once_toward_the_trusted_set_as_well()
    {
        var doubled = s_chain.WithCommit(4, c => c with { Signatures = [c.Signatures[0], c.Signatures[0], CommitSig.Absent, CommitSig.Absent] });

        Assert.That(CommitCheck.Overlap(doubled, s_trusted.Validators, PowerFraction.OneThird)?.Kind, Is.EqualTo(CommitFaultKind.DoubledSigner));
    }

    [Test]
    public void An_expired_trust_vouches_for_nothing_from_the_very_nanosecond_on()
    {
        var period = TimeSpan.FromHours(1);
        var end = s_trusted.Header.Time.Seconds + 3600;
        LightStep? At(CometTime now) => LightVerifier.Verify(s_trusted.Header, s_trusted.Validators, s_chain[2], now, s_options with { TrustPeriod = period })?.Step;

        Assert.That(At(new CometTime(end, s_trusted.Header.Time.Nanos - 1)), Is.Null);
        Assert.That(At(new CometTime(end, s_trusted.Header.Time.Nanos)), Is.EqualTo(LightStep.TrustPeriod));
    }

    [Test]
    public void The_clock_may_be_off_by_less_than_the_drift()
    {
        var time = s_chain[2].Header.Time;
        LightStep? At(CometTime now) => LightVerifier.Verify(s_trusted.Header, s_trusted.Validators, s_chain[2], now, s_options)?.Step;

        Assert.That(At(new CometTime(time.Seconds - 10, time.Nanos + 1)), Is.Null);
        Assert.That(At(new CometTime(time.Seconds - 10, time.Nanos)), Is.EqualTo(LightStep.Time));
    }

    [Test]
    public void A_height_at_or_below_the_trusted_one_is_no_step_forward()
    {
        LightStep? From(long height) => LightVerifier.Verify(
            s_chain[height].Header, s_chain[height].Validators, s_chain[3], s_now, s_options)?.Step;

        Assert.That((From(2), From(3), From(4)), Is.EqualTo(((LightStep?)null, (LightStep?)LightStep.Height, (LightStep?)LightStep.Height)));
    }

    [Test]
    public void Going_back_needs_the_very_header_that_the_later_one_names()
    {
        LightStep? Back(LightBlock block) => LightVerifier.VerifyBackwards(s_chain[5].Header, block, s_options)?.Step;

        Assert.That(Back(s_chain[4]), Is.Null);
        Assert.That(Back(s_chain[3]), Is.EqualTo(LightStep.Height));
        Assert.That(Back(s_chain.With(4, header => header with { AppHash = HexBytes.From(new byte[32]) })), Is.EqualTo(LightStep.Link));
        Assert.That(Back(s_chain.With(4, header => header with { Time = s_chain[5].Header.Time })), Is.EqualTo(LightStep.Time));
        Assert.That(Back(s_chain.With(4, header => header with { ChainId = "other" })), Is.EqualTo(LightStep.Consistency));
        Assert.That(Back(s_chain[4] with { Validators = Strangers }), Is.EqualTo(LightStep.Consistency));
    }

    [Test]
    public void Astria_defect_1_a_mismatch_of_chain_id_or_block_hash_is_refused_and_nothing_is_logged_and_accepted()
    {
        Assert.That(Verify(s_chain.With(2, header => header with { ChainId = "other" }))?.Reason, Does.Contain("of chain 'other', not 'light-1'"));
        Assert.That(
            Verify(s_chain.WithCommit(2, c => c with { BlockId = c.BlockId with { Hash = Hash256.Of("x"u8) } }))?.Reason,
            Does.Contain("the header's hash is"));
    }

    [TestCase(5, 3)]
    [TestCase(8, 5)]
    [TestCase(3, 2)]
    [TestCase(6, 4)]
    public void Astria_defect_4_two_thirds_rounded_down_are_no_quorum_and_nobody_counts_twice(int validators, int signers)
    {
        var chain = SignedChain.Steady(2, [.. Enumerable.Repeat(1L, validators)]);
        LightStep? With(int count) => LightVerifier.Verify(
            chain[1].Header, chain[1].Validators, chain.Voted(2, i => i < count ? BlockIdFlag.Commit : BlockIdFlag.Absent), CometTime.From(chain.Now()), s_options)?.Step;

        Assert.That((With(signers), With(signers + 1)), Is.EqualTo(((LightStep?)LightStep.Commit, (LightStep?)null)));

        var doubled = chain.Voted(2, i => i < signers ? BlockIdFlag.Commit : BlockIdFlag.Absent);
        doubled = doubled with
        {
            SignedHeader = doubled.SignedHeader with
            {
                Commit = doubled.Commit with { Signatures = doubled.Commit.Signatures.SetItem(signers, doubled.Commit.Signatures[0]) },
            },
        };
        Assert.That(CommitCheck.EnoughVotes(doubled)?.Kind, Is.EqualTo(CommitFaultKind.Places));
        Assert.That(CommitCheck.EveryVote(doubled)?.Kind, Is.EqualTo(CommitFaultKind.Places));
    }

    private static LightFault? Verify(LightBlock block) => LightVerifier.Verify(s_trusted.Header, s_trusted.Validators, block, s_now, s_options);

    private static ValidatorSet Heavier(ValidatorSet set) =>
        ValidatorSet.From([set.Validators[0] with { VotingPower = 1000 }, .. set.Validators[1..]]);
}
