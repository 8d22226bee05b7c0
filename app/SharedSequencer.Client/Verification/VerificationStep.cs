namespace SharedSequencer.Client;

/// <summary>The steps by which a slice is bound to a block hash, in the order in which they are checked.</summary>
public enum VerificationStep
{
    /// <summary>The answer holds a proof, and all of it is well-formed.</summary>
    Format,

    /// <summary>The header hashes to the trusted block hash.</summary>
    Header,

    /// <summary>The commit is signed by the validator set that the header names: checked when it is asked for.</summary>
    Commit,

    /// <summary>The preamble is the first item below the header's data_hash, canonical and of this height.</summary>
    Preamble,

    /// <summary>The entries are all of the namespace's, or it has none, below the preamble's namespace root.</summary>
    Namespace,

    /// <summary>What else the answer says of the slice agrees with what is proven.</summary>
    Slice,
}
