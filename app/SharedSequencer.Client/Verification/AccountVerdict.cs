using SharedSequencer.CometBft.Types;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;

namespace SharedSequencer.Client;

/// <summary>What a verified answer proves of an account, and nothing that it does not.</summary>
public sealed record VerifiedAccount
{
    public required AccountId Account { get; init; }

    /// <summary>Empty when the state has no record of the account.</summary>
    public required AccountRecord Record { get; init; }

    /// <summary>False: the proof is one of absence.</summary>
    public required bool Exists { get; init; }

    /// <summary>The height after which the state is this.</summary>
    public required long Height { get; init; }

    /// <summary>Of the next height. Its hash is the trusted block hash.</summary>
    public required Header Header { get; init; }
}

/// <summary>What became of a check: the account as proven, or the first step that failed and why.</summary>
public sealed class AccountVerdict
{
    private AccountVerdict(VerifiedAccount? account, AccountProofStep? failedStep, string reason)
    {
        Account = account;
        FailedStep = failedStep;
        Reason = reason;
    }

    /// <summary>What is proven; null when the check failed.</summary>
    public VerifiedAccount? Account { get; }

    /// <summary>The step that failed; null when all held.</summary>
    public AccountProofStep? FailedStep { get; }

    /// <summary>Why it failed, for people; empty when all held.</summary>
    public string Reason { get; }

    internal static AccountVerdict Proven(VerifiedAccount account) => new(account, null, "");

    internal static AccountVerdict Refused(AccountProofStep step, string reason) => new(null, step, reason);
}
