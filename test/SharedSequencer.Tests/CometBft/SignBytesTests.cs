using NUnit.Framework;
using SharedSequencer.CometBft.Types;

namespace SharedSequencer.Tests.CometBft;

[TestFixture]
public sealed class SignBytesTests
{
    [Test]
    public void Every_recorded_signature_is_valid_over_our_sign_bytes()
    {
        var commitVotes = 0;
        var nilVotes = 0;
        foreach (var height in RecordedRun.Heights)
        {
            var header = height.Block.Header;
            var commit = height.Commit.SignedHeader.Commit;
            for (var i = 0; i < commit.Signatures.Length; i++)
            {
                var signBytes = commit.SignBytes(header.ChainId, i);
                var signature = commit.Signatures[i];
                if (signature.BlockIdFlag == BlockIdFlag.Absent)
                {
                    Assert.That(signBytes, Is.Null);
                    continue;
                }

                Assert.That(height.Validators.Validators[i].PublicKey.Verify(signBytes, signature.Signature.Span));
                if (signature.BlockIdFlag == BlockIdFlag.Commit)
                    commitVotes++;
                else
                    nilVotes++;
            }
        }

        Assert.That(commitVotes, Is.GreaterThan(60));
        Assert.That(nilVotes, Is.GreaterThan(0));
    }

    [Test]
    public void A_signature_is_for_one_chain_height_round_block_and_time()
    {
        var height = RecordedRun.Heights.First(item => item.Commit.SignedHeader.Commit.Round > 0);
        var commit = height.Commit.SignedHeader.Commit;
        var index = commit.Signatures.ToList().FindIndex(item => item.BlockIdFlag == BlockIdFlag.Commit);
        var signature = commit.Signatures[index];
        var chain = height.Block.Header.ChainId;
        var key = height.Validators.Validators[index].PublicKey;
        bool Verifies(Commit changed, string chainId) => key.Verify(changed.SignBytes(chainId, index), signature.Signature.Span);

        Assert.That(Verifies(commit, chain));
        Assert.That(Verifies(commit, chain + "x"), Is.False);
        Assert.That(Verifies(commit with { Height = commit.Height + 1 }, chain), Is.False);
        Assert.That(Verifies(commit with { Round = 0 }, chain), Is.False);
        Assert.That(Verifies(commit with { BlockId = commit.BlockId with { Parts = new PartSetHeader(9, commit.BlockId.Parts.Hash) } }, chain), Is.False);
        Assert.That(
            Verifies(commit with { Signatures = commit.Signatures.SetItem(index, signature with { Timestamp = signature.Timestamp with { Nanos = 1 } }) }, chain),
            Is.False);
        Assert.That(
            Verifies(commit with { Signatures = commit.Signatures.SetItem(index, signature with { BlockIdFlag = BlockIdFlag.Nil }) }, chain),
            Is.False);
    }

    [Test]
    public void Round_0_and_a_vote_for_no_block_are_left_out_of_the_sign_bytes()
    {
        // Written by hand from the definition of tendermint.types.CanonicalVote.
        var bytes = CanonicalVote.PrecommitSignBytes("c", 1, 0, BlockId.Empty, new CometTime(1, 0));
        Assert.That(Convert.ToHexStringLower(bytes), Is.EqualTo("12" + "0802" + "110100000000000000" + "2a020801" + "320163"));
    }
}
