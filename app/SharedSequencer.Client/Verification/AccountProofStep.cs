namespace SharedSequencer.Client;

/// <summary>The steps by which an account is bound to a block hash, in the order in which they are checked.</summary>
public enum AccountProofStep
{
    /// <summary>The answer holds a proof, and all of it is well-formed.</summary>
    Format,

    /// <summary>The header hashes to the trusted block hash, and is of the height after the state's.</summary>
    Header,

    /// <summary>The header's app_hash is that of the state root.</summary>
    AppHash,

    /// <summary>The record is in the state with this root, or is not.</summary>
    State,

    /// <summary>What else the answer says of the account agrees with the record.</summary>
    Account,
}
