namespace SharedSequencer.Bitcoin.Anchoring;

/// <summary>What a verifier demands of evidence.</summary>
public sealed record AnchorRules
{
    public required BitcoinNetwork Network { get; init; }

    /// <summary>Blocks that must be shown, the transaction's own included.</summary>
    public int RequiredConfirmations { get; init; } = 1;

    /// <summary>
    /// The easiest target that a header may have; null for the network's own limit. Whoever follows Bitcoin sets one
    /// near the present target: at the limit itself a few headers of the main network can be forged at home.
    /// </summary>
    public CompactTarget? EasiestTarget { get; init; }

    internal CompactTarget EffectiveTarget => EasiestTarget ?? Network.PowLimit;
}
