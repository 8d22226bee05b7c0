namespace SharedSequencer.CometBft.Types;

/// <summary>What a commit says of one validator's precommit.</summary>
public enum BlockIdFlag
{
    /// <summary>No vote arrived in time; it does not mean that the validator is down.</summary>
    Absent = 1,

    /// <summary>A vote for the block.</summary>
    Commit = 2,

    /// <summary>A vote for no block.</summary>
    Nil = 3,
}
