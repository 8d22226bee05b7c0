namespace SharedSequencer.Bitcoin.Anchoring;

/// <summary>Why evidence of an anchor is refused.</summary>
public enum AnchorFault
{
    None,

    /// <summary>Without witness it has at most 64 bytes, so it could be an inner node of the tree (CVE-2017-12842).</summary>
    TransactionTooSmall,

    /// <summary>No output carries a checkpoint of this chain.</summary>
    CheckpointMissing,

    /// <summary>The checkpoint names another height, block or batch.</summary>
    CheckpointDiffers,

    /// <summary>The header list is empty or too long.</summary>
    HeadersMissing,

    /// <summary>The branch does not lead to the first header's Merkle root, or is no proper branch.</summary>
    NotInBlock,

    /// <summary>The coinbase is none, is not in the block, or stands at another depth of the tree than the transaction.</summary>
    CoinbaseInvalid,

    /// <summary>The coinbase names another height than the evidence.</summary>
    HeightDiffers,

    /// <summary>A header does not name the one before it as its parent.</summary>
    HeadersNotLinked,

    /// <summary>A header's hash is above its target, or its target is easier than allowed.</summary>
    WorkMissing,

    /// <summary>A target changes where the network changes none, or by more than a factor of 4.</summary>
    DifficultyInvalid,

    /// <summary>Fewer headers than the confirmations that are required.</summary>
    TooShallow,
}

/// <summary>What evidence is worth.</summary>
/// <param name="Reason">A sentence for people; empty when it holds.</param>
/// <param name="Confirmations">How many blocks were shown on top, the transaction's own included; 0 when it does not hold.</param>
public sealed record AnchorVerdict(AnchorFault Fault, string Reason, int Confirmations)
{
    public bool Holds => Fault == AnchorFault.None;

    internal static AnchorVerdict Good(int confirmations) => new(AnchorFault.None, "", confirmations);

    internal static AnchorVerdict Bad(AnchorFault fault, string reason) => new(fault, reason, 0);
}
