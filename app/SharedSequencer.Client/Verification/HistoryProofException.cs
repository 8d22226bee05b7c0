namespace SharedSequencer.Client.Verification;

/// <summary>Carries the failed step out of the check; it never leaves <see cref="SliceHistoryVerifier"/>.</summary>
internal sealed class HistoryProofException(HistoryStep step, string reason) : Exception(reason)
{
    public HistoryStep Step { get; } = step;
}
