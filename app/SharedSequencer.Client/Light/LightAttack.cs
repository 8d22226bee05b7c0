using SharedSequencer.CometBft.Types;

namespace SharedSequencer.Client.Light;

/// <summary>
/// Evidence of an attack: two headers of which at most one can be of the chain, and both are signed by validators that
/// the last common header vouches for. So more than 1/3 of the power signed twice, or a client is shown a false chain.
/// </summary>
/// <param name="Primary">The node that gave <see cref="FromPrimary"/>.</param>
/// <param name="Witness">The node that gave <see cref="FromWitness"/>.</param>
/// <param name="Common">The last light block that both agree on: they diverge above its height.</param>
/// <param name="FromPrimary">The first light block seen on which they do not agree.</param>
/// <param name="FromWitness">
/// The other one of that height; or a lower one that is not earlier in time, when the witness has none of that height.
/// </param>
public sealed record LightAttack(string Primary, string Witness, LightBlock Common, LightBlock FromPrimary, LightBlock FromWitness)
{
    /// <summary>
    /// The validators with a vote for each of the two blocks, in the order of the first one's set. Of one height and round
    /// that is double signing, which a chain punishes.
    /// </summary>
    public IReadOnlyList<ValidatorAddress> SignedBoth => [.. SignersOf(FromPrimary).Intersect(SignersOf(FromWitness))];

    public override string ToString() =>
        $"Two chains, both signed: above height {Common.Height}, {Primary} has block {FromPrimary.Header.Hash()} at height {FromPrimary.Height}, "
        + $"{Witness} has block {FromWitness.Header.Hash()} at height {FromWitness.Height}. Trust neither, keep this evidence, and ask the chain's validators.";

    private static IEnumerable<ValidatorAddress> SignersOf(LightBlock block) => block.Commit.Signatures
        .Where(vote => vote.BlockIdFlag == BlockIdFlag.Commit)
        .Select(vote => vote.ValidatorAddress)
        .OfType<ValidatorAddress>();
}

/// <summary>Two nodes show two chains that are both signed. Nothing is trusted until people have looked at it.</summary>
public sealed class LightAttackException(LightAttack attack) : LightClientException(LightStep.Witnesses, attack.ToString())
{
    public LightAttack Attack { get; } = attack;
}
