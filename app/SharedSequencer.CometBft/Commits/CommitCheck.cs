using SharedSequencer.CometBft.Types;

namespace SharedSequencer.CometBft.Commits;

/// <summary>
/// The one check of a commit's signatures and power, in the three strengths that CometBFT has (types/validation.go).
/// A vote counts for the block alone, never a nil one; nobody is counted twice.
/// </summary>
public static class CommitCheck
{
    private enum Strength
    {
        EveryVote,
        EnoughVotes,
    }

    /// <summary>
    /// Every vote verifies, nil ones too, and those for the block are more than 2/3 of the set's power (CometBFT's
    /// VerifyCommit). Null when it holds.
    /// </summary>
    public static CommitFault? EveryVote(LightBlock block) => OfOwnSet(block, Strength.EveryVote);

    /// <summary>
    /// Votes for the block verify until they are more than 2/3 of the set's power; what comes behind them does not matter
    /// (CometBFT's VerifyCommitLight). Null when it holds.
    /// </summary>
    public static CommitFault? EnoughVotes(LightBlock block) => OfOwnSet(block, Strength.EnoughVotes);

    /// <summary>
    /// Votes for the block, of validators that an earlier set has too, verify until they are more than a share of the
    /// earlier set's power (CometBFT's VerifyCommitLightTrusting). Null when it holds.
    /// </summary>
    /// <param name="block">Its own set does not matter here.</param>
    /// <param name="earlier">The set that is trusted: its keys and powers count.</param>
    /// <param name="share">At least 1/3, for less may all be faulty.</param>
    public static CommitFault? Overlap(LightBlock block, ValidatorSet earlier, PowerFraction share)
    {
        var commit = block.Commit;
        // Sets can have thousands of members: a search for each vote would be quadratic.
        var places = new Dictionary<ValidatorAddress, int>(earlier.Validators.Length);
        for (var i = 0; i < earlier.Validators.Length; i++)
            places.Add(earlier.Validators[i].Address, i);
        var hasVoted = new bool[earlier.Validators.Length];
        long power = 0;
        for (var i = 0; i < commit.Signatures.Length; i++)
        {
            var vote = commit.Signatures[i];
            if (vote.BlockIdFlag != BlockIdFlag.Commit || vote.ValidatorAddress is not { } address || !places.TryGetValue(address, out var place))
                continue;
            if (hasVoted[place])
                return new CommitFault(CommitFaultKind.DoubledSigner, $"validator {address} has two votes in the commit");
            hasVoted[place] = true;
            var validator = earlier.Validators[place];
            if (!IsSigned(block, i, validator))
                return BadSignature(validator);
            power += validator.VotingPower;
            if (share.IsExceededBy(power, earlier.TotalVotingPower))
                return null;
        }

        return new CommitFault(
            CommitFaultKind.NotEnoughPower,
            $"the commit has {power} of the trusted set's {earlier.TotalVotingPower} power; more than {share} is needed");
    }

    private static CommitFault? OfOwnSet(LightBlock block, Strength strength)
    {
        var (commit, set) = (block.Commit, block.Validators);
        if (commit.PlacesFault(set) is { } fault)
            return new CommitFault(CommitFaultKind.Places, fault);
        long power = 0;
        for (var i = 0; i < commit.Signatures.Length; i++)
        {
            var flag = commit.Signatures[i].BlockIdFlag;
            if (flag == BlockIdFlag.Absent || (strength == Strength.EnoughVotes && flag != BlockIdFlag.Commit))
                continue;
            var validator = set.Validators[i];
            if (!IsSigned(block, i, validator))
                return BadSignature(validator);
            if (flag != BlockIdFlag.Commit)
                continue;
            power += validator.VotingPower;
            if (strength == Strength.EnoughVotes && PowerFraction.TwoThirds.IsExceededBy(power, set.TotalVotingPower))
                return null;
        }

        return PowerFraction.TwoThirds.IsExceededBy(power, set.TotalVotingPower)
            ? null
            : new CommitFault(
                CommitFaultKind.NotEnoughPower, $"the commit has {power} of {set.TotalVotingPower} power; more than {PowerFraction.TwoThirds} is needed");
    }

    private static bool IsSigned(LightBlock block, int place, Validator validator) =>
        block.Commit.SignBytes(block.Header.ChainId, place) is { } signed
        && validator.PublicKey.Verify(signed, block.Commit.Signatures[place].Signature.Span);

    private static CommitFault BadSignature(Validator validator) =>
        new(CommitFaultKind.Signature, $"the signature of validator {validator.Address} does not verify");
}
