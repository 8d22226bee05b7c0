namespace SharedSequencer.Bitcoin.Anchoring;

/// <summary>
/// Proof that a checkpoint stands in Bitcoin: its transaction, the branch to its block's Merkle root, the coinbase with
/// its branch (it fixes the tree's depth, and tells the height), and the headers from that block on, one for each
/// confirmation. <see cref="AnchorVerifier"/> judges it; nothing here is checked beyond its form.
/// </summary>
public sealed record AnchorEvidence
{
    /// <summary>More headers than anyone waits for are refused.</summary>
    public const int MaximumHeaders = 1008;

    /// <summary>No transaction without witness is larger: a block holds no more.</summary>
    public const int MaximumTransactionBytes = 1_000_000;

    public required BitcoinTransaction Transaction { get; init; }

    public required MerkleBranch Branch { get; init; }

    public required BitcoinTransaction Coinbase { get; init; }

    /// <summary>The branch of the coinbase, whose index is 0.</summary>
    public required IReadOnlyList<BitcoinHash> CoinbaseSiblings { get; init; }

    /// <summary>The first is the header of the transaction's block; each next one builds on the one before.</summary>
    public required IReadOnlyList<BlockHeader> Headers { get; init; }

    /// <summary>The height of the transaction's block in Bitcoin.</summary>
    public required uint BlockHeight { get; init; }
}
