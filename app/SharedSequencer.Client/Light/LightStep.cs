namespace SharedSequencer.Client.Light;

/// <summary>The steps by which a light client comes to trust a header. What fails is named by its step.</summary>
public enum LightStep
{
    /// <summary>Something is trusted to begin with: a genesis, a height with its hash, or what was stored.</summary>
    Root,

    /// <summary>The stored trust is whole.</summary>
    Store,

    /// <summary>A node gave the light block that was asked for.</summary>
    Source,

    /// <summary>Header, commit and validator set are of one chain and belong together.</summary>
    Consistency,

    /// <summary>The trusted header is inside the trust period.</summary>
    TrustPeriod,

    /// <summary>The new header is above the trusted one.</summary>
    Height,

    /// <summary>The new header is later than the trusted one, and not from the future.</summary>
    Time,

    /// <summary>Of the next height: the validator set is the one that the trusted header names for it.</summary>
    NextValidators,

    /// <summary>Of a height further on: validators of the trusted set, with enough of its power, signed.</summary>
    Overlap,

    /// <summary>More than 2/3 of its own set's power signed the header.</summary>
    Commit,

    /// <summary>Of an earlier height: the later header names its hash.</summary>
    Link,

    /// <summary>The other nodes have the same header.</summary>
    Witnesses,
}
