namespace SharedSequencer.Api.Contracts;

/// <summary>
/// Binds an account's record to a block hash: record → state root (<see cref="CommitmentProof"/>) → app_hash
/// (<see cref="Operators"/>) → header of the next height → its block hash, signed by the commit in <see cref="LightBlock"/>.
/// </summary>
public sealed record AccountProofResponse
{
    /// <summary>The record as the state holds it, base64; null when the state has none for this account.</summary>
    public byte[]? Value { get; init; }

    /// <summary>Root of the state tree, lower hex.</summary>
    public required string StateRoot { get; init; }

    /// <summary>
    /// <c>cosmos.ics23.v1.CommitmentProof</c> under <c>SmtSpec</c>, base64: of the record, or of its absence. The key is
    /// the byte 0x61 ('a') before the account's 32 bytes.
    /// </summary>
    public required byte[] CommitmentProof { get; init; }

    /// <summary>From the state root to app_hash, the inner map first: what <c>abci_query</c> gives as proof_ops.</summary>
    public required IReadOnlyList<ProofOperatorResponse> Operators { get; init; }

    /// <summary>Hash of the block whose header carries this state's app_hash: of the height after the state's. Lower hex.</summary>
    public required string BlockHash { get; init; }

    /// <summary>That block's header, commit and validator set: canonical <c>tendermint.types.LightBlock</c>, base64.</summary>
    public required byte[] LightBlock { get; init; }
}

/// <summary>CometBFT's <c>tendermint.crypto.ProofOp</c>.</summary>
/// <param name="Type"><c>simple:v</c></param>
/// <param name="Key">base64</param>
/// <param name="Data">base64: <c>tendermint.crypto.ValueOp</c>.</param>
public sealed record ProofOperatorResponse(string Type, byte[] Key, byte[] Data);
