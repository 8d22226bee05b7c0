namespace SharedSequencer.Bitcoin.Anchoring;

/// <summary>What a health page and metrics show of the poster.</summary>
/// <param name="BitcoinHeight">The Bitcoin tip as of the last step; null before the first.</param>
/// <param name="CoveredHeight">The highest sequencer block that a posted checkpoint covers.</param>
/// <param name="AnchoredHeight">The highest one covered by a checkpoint in a Bitcoin block.</param>
/// <param name="FirmHeight">The highest one covered by a checkpoint with the required confirmations.</param>
/// <param name="BalanceSatoshi">Confirmed coins of the key, those that are still immature included.</param>
/// <param name="Problem">What keeps it from posting, for people; null when nothing does.</param>
public sealed record AnchorPosterStatus(
    uint? BitcoinHeight, ulong CoveredHeight, ulong AnchoredHeight, ulong FirmHeight, int InFlight, ulong BalanceSatoshi, string? Problem);
