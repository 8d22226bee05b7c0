namespace SharedSequencer.Storage;

/// <summary>A checkpoint in Bitcoin that was reported to this node and verified against its own block.</summary>
public sealed record StoredAnchor
{
    /// <summary>The checkpoint's height: it covers all blocks up to it.</summary>
    public required long Height { get; init; }

    /// <summary>As Bitcoin prints it.</summary>
    public required string Txid { get; init; }

    /// <summary>As Bitcoin prints it.</summary>
    public required string BitcoinBlockHash { get; init; }

    public required long BitcoinHeight { get; init; }

    /// <summary>Blocks shown on top, its own included.</summary>
    public required int Confirmations { get; init; }

    /// <summary>The evidence as the API gives it out; opaque here.</summary>
    public required byte[] Evidence { get; init; }
}
