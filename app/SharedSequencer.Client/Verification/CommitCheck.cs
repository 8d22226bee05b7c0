using SharedSequencer.CometBft.Types;

namespace SharedSequencer.Client.Verification;

/// <summary>
/// Checks that a light block's own validator set signed it: every vote in the commit verifies, and votes for the block
/// carry more than 2/3 of the power. The set is the one that the header names, so that a trusted header vouches for it.
/// </summary>
/// <remarks>
/// Signatures follow libsodium's rules, which are stricter than CometBFT's ZIP-215: a vote that a validator made
/// malformed on purpose can pass there and is refused here. No hash covers proposer priorities.
/// </remarks>
internal static class CommitCheck
{
    /// <summary>What is wrong, or null. The parts belong together already (<see cref="LightBlock.Fault"/>).</summary>
    public static string? Fault(LightBlock block)
    {
        UInt128 power = 0;
        for (var i = 0; i < block.Commit.Signatures.Length; i++)
        {
            if (block.Commit.SignBytes(block.Header.ChainId, i) is not { } signed)
                continue;
            var vote = block.Commit.Signatures[i];
            var validator = block.Validators.Validators[i];
            if (!validator.PublicKey.Verify(signed, vote.Signature.Span))
                return $"The signature of validator {validator.Address} does not verify.";
            if (vote.BlockIdFlag == BlockIdFlag.Commit)
                power += (ulong)validator.VotingPower;
        }

        var total = (UInt128)(ulong)block.Validators.TotalVotingPower;
        return 3 * power > 2 * total ? null : $"The commit has {power} of {total} power; more than 2/3 are needed.";
    }
}
