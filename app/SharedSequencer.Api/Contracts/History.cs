namespace SharedSequencer.Api.Contracts;

/// <summary>
/// <c>GET /v1/namespaces/{ns}/head</c>: what the state says of a namespace's slices, with <c>?proof=true</c> at the newest
/// height that can be proven, or at <c>&amp;height=</c>.
/// </summary>
public sealed record HeadResponse
{
    /// <summary>The namespace's id, 16 hex digits.</summary>
    public required string Namespace { get; init; }

    /// <summary>The height after which the state says this. With a proof: one below that of the header that proves it.</summary>
    public required long Height { get; init; }

    /// <summary>The head; without any slice all is zero.</summary>
    public required NamespaceHeadResponse Head { get; init; }

    /// <summary>Binds the head to the header of the next height, when it was asked for.</summary>
    public HeadProofResponse? Proof { get; init; }
}

/// <summary>
/// Binds a head to a block hash: record → state root (<see cref="CommitmentProof"/>) → app_hash → header of the next
/// height → <see cref="BlockHash"/>. The header is not part of it: whoever verifies has it from a light client, which
/// finds its parts at <c>/v1/light/{height}</c>.
/// </summary>
public sealed record HeadProofResponse
{
    /// <summary>The record as the state holds it, base64; null when the namespace has no slice.</summary>
    public byte[]? Value { get; init; }

    /// <summary>
    /// Root of the state tree, lower hex. app_hash is the root of CometBFT's simple Merkle map {<c>state</c> → root of the
    /// map {<c>root</c> → this}}.
    /// </summary>
    public required string StateRoot { get; init; }

    /// <summary>
    /// <c>cosmos.ics23.v1.CommitmentProof</c> under <c>SmtSpec</c>, base64: of the record, or of its absence. The key is
    /// the byte 0x68 ('h') before the namespace's 8 bytes.
    /// </summary>
    public required byte[] CommitmentProof { get; init; }

    /// <summary>Hash of the block whose header carries this state's app_hash: of the next height. Lower hex.</summary>
    public required string BlockHash { get; init; }
}

/// <summary>
/// Proves all slices of one answer together, and that none is missing between them: their leaves are at the places
/// number − 1 of the RFC 6962 tree whose root and size the head says. A leaf is namespace (8) ‖ u64 number ‖ u64 height ‖
/// slice root (32) ‖ u32 entry count; a slice's root is the RFC 6962 root over the entries' leaf data, each
/// u32 index ‖ u32 action ‖ sender (32) ‖ payload.
/// </summary>
/// <param name="Head">With its proof. When the answer has no slices: the head counts fewer than were asked for.</param>
/// <param name="Nodes">
/// The roots of the greatest subtrees that hold none of the slices, left to right, lower hex: at most one on each side
/// for each level. None when there are no slices.
/// </param>
public sealed record SliceHistoryResponse(HeadResponse Head, IReadOnlyList<string> Nodes);

/// <summary>
/// <c>GET /v1/namespaces/{ns}/consistency?from_count=&amp;to_count=</c>: RFC 6962's consistency proof (section 2.1.2) between
/// a namespace's head of one slice count and that of a later one.
/// </summary>
/// <param name="Namespace">The namespace's id, 16 hex digits.</param>
/// <param name="FromCount">Slices of the earlier head.</param>
/// <param name="ToCount">Slices of the later head.</param>
/// <param name="Nodes">Lower hex.</param>
public sealed record HeadConsistencyResponse(string Namespace, ulong FromCount, ulong ToCount, IReadOnlyList<string> Nodes);
