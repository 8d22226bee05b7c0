namespace SharedSequencer.CometBft.Commits;

/// <summary>Why a commit proves nothing.</summary>
public enum CommitFaultKind
{
    /// <summary>Its places are not those of the validator set.</summary>
    Places,

    /// <summary>A vote's signature does not verify.</summary>
    Signature,

    /// <summary>One validator has two votes in it.</summary>
    DoubledSigner,

    /// <summary>All votes hold, and together they are not enough power.</summary>
    NotEnoughPower,
}

/// <summary>A commit's fault, with the reason for people: no capital at its start, no stop at its end.</summary>
public readonly record struct CommitFault(CommitFaultKind Kind, string Reason);
