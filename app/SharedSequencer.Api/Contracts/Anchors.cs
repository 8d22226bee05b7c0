namespace SharedSequencer.Api.Contracts;

/// <summary>Where a block stands in Bitcoin. <c>Label</c> is <c>reported</c>: a local fact of this node, not consensus.</summary>
public sealed record AnchorSummary
{
    /// <summary>The checkpoint's height: it covers all blocks up to it that no earlier one covers.</summary>
    public required long Height { get; init; }

    /// <summary>Bitcoin's txid, as Bitcoin prints it.</summary>
    public required string Txid { get; init; }

    public required string BitcoinBlockHash { get; init; }

    public required long BitcoinHeight { get; init; }

    public required int Confirmations { get; init; }

    public required bool Firm { get; init; }

    public string Label { get; init; } = "reported";
}

/// <summary><c>GET /v1/anchors?height=</c> and <c>/v1/anchors/latest</c></summary>
public sealed record AnchorResponse(AnchorSummary Anchor, AnchorEvidence Evidence);

/// <summary>
/// <c>POST /v1/anchors</c> on the admin listener. Raw bytes in lower hex; hashes as Bitcoin prints them. The node verifies
/// all of it against its own block at <paramref name="Height"/>.
/// </summary>
/// <param name="Height">The height that the checkpoint names.</param>
/// <param name="Transaction">The raw Bitcoin transaction.</param>
/// <param name="BranchIndex">The transaction's place in its block.</param>
/// <param name="Branch">Its Merkle branch, from the leaf up.</param>
/// <param name="Coinbase">The raw coinbase of that block: it fixes the tree's depth and tells the height. Its witness may be left out.</param>
/// <param name="CoinbaseBranch">The coinbase's Merkle branch, from the leaf up.</param>
/// <param name="BitcoinHeight">Height of the block that holds it.</param>
/// <param name="Headers">80-byte headers from that block on, each on top of the one before: one per confirmation.</param>
public sealed record AnchorEvidence(
    long Height,
    string Transaction,
    uint BranchIndex,
    IReadOnlyList<string> Branch,
    string Coinbase,
    IReadOnlyList<string> CoinbaseBranch,
    long BitcoinHeight,
    IReadOnlyList<string> Headers);

/// <summary><c>POST /v1/anchors/lost</c> on the admin listener: a reorg took a reported anchor away.</summary>
public sealed record AnchorLostReport(long Height, string Txid, string Reason);
