namespace SharedSequencer.Client.Verification;

/// <summary>Carries the failed step out of the check; it never leaves <see cref="SliceVerifier"/>.</summary>
internal sealed class SliceProofException(VerificationStep step, string reason) : Exception(reason)
{
    public VerificationStep Step { get; } = step;
}
