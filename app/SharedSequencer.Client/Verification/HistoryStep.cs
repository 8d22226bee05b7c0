namespace SharedSequencer.Client;

/// <summary>The steps by which slices are bound over time to one trusted header, in the order in which they are checked.</summary>
public enum HistoryStep
{
    /// <summary>The answer holds a proof, and all of it is well-formed.</summary>
    Format,

    /// <summary>The proof is for the trusted header: it is of the height after the state's, and has the hash that is named.</summary>
    Header,

    /// <summary>The header's app_hash is that of the state root.</summary>
    AppHash,

    /// <summary>The head's record is in the state with this root, or is not.</summary>
    State,

    /// <summary>What the answer says of the head agrees with the record.</summary>
    Head,

    /// <summary>The slices are the namespace's, numbered without gap from the number that was asked for, and inside the head's count.</summary>
    Range,

    /// <summary>With these entries and heights the slices are leaves of the head's tree, at the places that their numbers name.</summary>
    Log,

    /// <summary>The later head's tree begins with the earlier one's.</summary>
    Consistency,
}
