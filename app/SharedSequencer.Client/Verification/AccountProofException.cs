namespace SharedSequencer.Client.Verification;

/// <summary>Carries the failed step out of the check; it never leaves <see cref="AccountVerifier"/>.</summary>
internal sealed class AccountProofException(AccountProofStep step, string reason) : Exception(reason)
{
    public AccountProofStep Step { get; } = step;
}
