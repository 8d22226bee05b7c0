namespace SharedSequencer.Api.Contracts;

/// <summary>A namespace's part of one block. Without entries: nothing was there.</summary>
public sealed record SliceResponse
{
    /// <summary>The namespace's id, 16 hex digits.</summary>
    public required string Namespace { get; init; }

    public required long Height { get; init; }

    /// <summary>Time of the block.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Hash of the block, lower hex.</summary>
    public required string BlockHash { get; init; }

    /// <summary>The slice's number, from 1; null when the block holds no entry of the namespace.</summary>
    public ulong? Number { get; init; }

    public required IReadOnlyList<EntryResponse> Entries { get; init; }

    /// <summary>All that a verifier needs, when it was asked for.</summary>
    public SliceProofResponse? Proof { get; init; }
}

/// <summary>One SubmitData action.</summary>
/// <param name="Index">The transaction's place in the block.</param>
/// <param name="Action">The action's place in the transaction.</param>
/// <param name="Sender">An address.</param>
/// <param name="Payload">base64</param>
public sealed record EntryResponse(uint Index, uint Action, string Sender, byte[] Payload)
{
    /// <summary>The transaction's id, lower hex: a convenience that no proof covers.</summary>
    public string? Transaction { get; init; }
}

/// <summary>
/// Binds a slice to a block hash: entries → namespace root (<see cref="Namespace"/>) → <see cref="Preamble"/> at
/// index 0 (<see cref="PreambleProof"/>) → data_hash → header → block hash, signed by the commit in <see cref="LightBlock"/>.
/// </summary>
public sealed record SliceProofResponse
{
    /// <summary>The block's header, commit and validator set: canonical <c>tendermint.types.LightBlock</c>, base64.</summary>
    public required byte[] LightBlock { get; init; }

    /// <summary>The preamble's bytes, base64; null for a block without transactions, whose data_hash says so.</summary>
    public byte[]? Preamble { get; init; }

    /// <summary>Places the preamble at index 0 below data_hash.</summary>
    public MerkleProofResponse? PreambleProof { get; init; }

    /// <summary>Proves that the entries are all of the namespace's, or that there are none.</summary>
    public NamespaceProofResponse? Namespace { get; init; }
}

/// <summary>CometBFT's Merkle proof. Hashes in lower hex.</summary>
public sealed record MerkleProofResponse(long Total, long Index, string LeafHash, IReadOnlyList<string> Aunts);

/// <summary>A namespaced Merkle proof of the leaves [<paramref name="Start"/>, <paramref name="End"/>).</summary>
/// <param name="Nodes">48-byte nodes (min ‖ max ‖ digest), lower hex, left to right.</param>
/// <param name="LeafHash">For absence: the 48-byte node of the leaf where the namespace would be.</param>
public sealed record NamespaceProofResponse(int Start, int End, IReadOnlyList<string> Nodes, string? LeafHash = null);

/// <summary><c>GET /v1/namespaces/{ns}/slices?from=&amp;limit=</c>, by slice number.</summary>
/// <param name="Next">The number to go on from; it may not exist yet.</param>
public sealed record SliceRangeResponse(IReadOnlyList<SliceResponse> Slices, ulong Next)
{
    /// <summary>One proof for all of them, with <c>?history=true</c>: numbers, heights and entries, from one header.</summary>
    public SliceHistoryResponse? History { get; init; }
}

/// <summary>
/// The stream's <c>tip</c> event: every block up to this height has been sent. Its <c>slice</c> events carry a
/// <see cref="SliceResponse"/> with the slice's number as event id.
/// </summary>
public sealed record TipEvent(long Height, DateTimeOffset Time, string BlockHash);
