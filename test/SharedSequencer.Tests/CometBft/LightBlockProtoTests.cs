using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.CometBft;

[TestFixture]
public sealed class LightBlockProtoTests
{
    private static readonly byte[] s_block = RecordedRun.Heights[24].LightBlock.ToProto();

    [Test]
    public void Every_light_block_survives_its_protobuf_form()
    {
        foreach (var height in RecordedRun.Heights)
        {
            var bytes = height.LightBlock.ToProto();
            var read = LightBlock.FromProto(bytes);
            Assert.That(read, Is.EqualTo(height.LightBlock));
            Assert.That(read.ToProto(), Is.EqualTo(bytes));
        }
    }

    [Test]
    public void A_cut_light_block_is_refused_at_every_length()
    {
        for (var length = 0; length < s_block.Length; length++)
        {
            var cut = s_block[..length];
            Assert.That(() => LightBlock.FromProto(cut), Throws.InstanceOf<FormatException>(), $"cut to {length}");
        }
    }

    [Test]
    public void Bytes_behind_the_end_and_repeated_parts_are_refused()
    {
        Assert.That(() => LightBlock.FromProto([.. s_block, 0]), Throws.InstanceOf<FormatException>());
        Assert.That(() => LightBlock.FromProto([.. s_block, .. s_block]), Throws.InstanceOf<FormatException>());
    }

    [FsCheck.NUnit.Property(MaxTest = 3000)]
    public Property A_changed_byte_is_refused_or_shows_in_the_bytes_written_again() => Prop.ForAll(
        Gen.Choose(0, s_block.Length - 1).Zip(Gen.Choose(1, 255)).ToArbitrary(),
        change =>
        {
            var bytes = s_block.ToArray();
            bytes[change.Item1] ^= (byte)change.Item2;
            try
            {
                return LightBlock.FromProto(bytes).ToProto().AsSpan().SequenceEqual(bytes);
            }
            catch (FormatException)
            {
                return true;
            }
        });

    [Test]
    public void Parts_that_do_not_belong_together_are_named()
    {
        var block = RecordedRun.Heights[24].LightBlock;
        var commit = block.Commit;
        LightBlock With(Commit changed) => block with { SignedHeader = block.SignedHeader with { Commit = changed } };

        Assert.That(block.Fault(), Is.Null);
        Assert.That(With(commit with { Height = 7 }).Fault(), Does.Contain("of height 7"));
        Assert.That(With(commit with { BlockId = commit.BlockId with { Hash = Hash256.Zero } }).Fault(), Does.Contain("for block 0000"));
        Assert.That(With(commit with { Signatures = commit.Signatures[1..] }).Fault(), Does.Contain("4 places for 5 validators"));
        Assert.That(
            With(commit with { Signatures = [.. commit.Signatures.Reverse()] }).Fault(), Does.Contain("is signed by"));
        var other = RecordedRun.Heights.First(height => height.Validators.Hash() != block.Validators.Hash()).Validators;
        Assert.That((block with { Validators = other }).Fault(), Does.Contain("validator set"));
    }

    [Test]
    public void A_quorum_is_more_than_two_thirds()
    {
        var block = RecordedRun.Heights[0].LightBlock;
        Assert.That(block.Validators.Validators.Select(validator => validator.VotingPower), Is.All.EqualTo(1));
        LightBlock Signed(int count) => block with
        {
            SignedHeader = block.SignedHeader with
            {
                Commit = block.Commit with
                {
                    Signatures = [.. Enumerable.Range(0, 3).Select(i => i < count ? block.Commit.Signatures[0] : CommitSig.Absent)],
                },
            },
            Validators = ValidatorSet.From(block.Validators.Validators[..3]),
        };
        Assert.That(Signed(2).HasQuorum, Is.False, "two thirds are not more than two thirds");
        Assert.That(Signed(3).HasQuorum);
    }
}
