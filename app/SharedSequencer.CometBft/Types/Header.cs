using SharedSequencer.Primitives;
using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.CometBft.Types;

/// <summary>
/// A block's header (CometBFT spec, core/data_structures). A hash that is null was empty in the header; CometBFT writes
/// all of them, the empty tree's included.
/// </summary>
public sealed record Header
{
    /// <summary>The longest chain id that CometBFT admits.</summary>
    public const int MaximumChainIdLength = 50;

    public required ConsensusVersion Version { get; init; }

    public required string ChainId { get; init; }

    public required long Height { get; init; }

    /// <summary>The weighted median of the previous height's precommit times; at the first height the genesis time.</summary>
    public required CometTime Time { get; init; }

    public required BlockId LastBlockId { get; init; }

    /// <summary>Merkle root of the previous height's commit, as this block carries it.</summary>
    public required Hash256? LastCommitHash { get; init; }

    /// <summary>Merkle root over SHA-256 of each transaction.</summary>
    public required Hash256? DataHash { get; init; }

    public required Hash256? ValidatorsHash { get; init; }

    public required Hash256? NextValidatorsHash { get; init; }

    public required Hash256? ConsensusHash { get; init; }

    /// <summary>What the application answered for the previous height; its length is the application's choice.</summary>
    public required HexBytes AppHash { get; init; }

    /// <summary>Merkle root over the previous height's results.</summary>
    public required Hash256? LastResultsHash { get; init; }

    public required Hash256? EvidenceHash { get; init; }

    public required ValidatorAddress ProposerAddress { get; init; }

    /// <summary>The block hash: an RFC 6962 root over the 14 fields, each encoded on its own.</summary>
    public Hash256 Hash() => MerkleRoot.Of(EncodeFields());

    /// <summary>
    /// The 14 leaves under <see cref="Hash"/>, in order. Plain values are wrapped as google.protobuf.*Value messages,
    /// an empty value is an empty leaf.
    /// </summary>
    public IReadOnlyList<byte[]> EncodeFields() =>
    [
        Version.ToProto(),
        new WireWriter(64).String(1, ChainId).ToArray(),
        new WireWriter(16).Int64(1, Height).ToArray(),
        Time.ToProto(),
        LastBlockId.ToProto(),
        Wrap(LastCommitHash),
        Wrap(DataHash),
        Wrap(ValidatorsHash),
        Wrap(NextValidatorsHash),
        Wrap(ConsensusHash),
        new WireWriter(40).Bytes(1, AppHash.Span).ToArray(),
        Wrap(LastResultsHash),
        Wrap(EvidenceHash),
        new WireWriter(24).Bytes(1, ProposerAddress.Span).ToArray(),
    ];

    /// <summary>The canonical bytes of tendermint.types.Header.</summary>
    public byte[] ToProto() => new WireWriter(512)
        .AlwaysBytes(1, Version.ToProto())
        .String(2, ChainId)
        .Int64(3, Height)
        .AlwaysBytes(4, Time.ToProto())
        .AlwaysBytes(5, LastBlockId.ToProto())
        .Hash(6, LastCommitHash)
        .Hash(7, DataHash)
        .Hash(8, ValidatorsHash)
        .Hash(9, NextValidatorsHash)
        .Hash(10, ConsensusHash)
        .Bytes(11, AppHash.Span)
        .Hash(12, LastResultsHash)
        .Hash(13, EvidenceHash)
        .Bytes(14, ProposerAddress.Span)
        .ToArray();

    /// <summary>Reads canonical bytes of tendermint.types.Header.</summary>
    /// <exception cref="FormatException">The bytes are something else; the message says what.</exception>
    public static Header FromProto(ReadOnlySpan<byte> data)
    {
        const string Owner = "header";
        var reader = new WireReader(data);
        var header = new Header
        {
            Version = ConsensusVersion.FromProto(reader.Message(1, Owner)),
            ChainId = reader.String(2),
            Height = reader.Int64(3),
            Time = CometTime.FromProto(reader.Message(4, Owner)),
            LastBlockId = BlockId.FromProto(reader.Message(5, Owner)),
            LastCommitHash = reader.Hash(6),
            DataHash = reader.Hash(7),
            ValidatorsHash = reader.Hash(8),
            NextValidatorsHash = reader.Hash(9),
            ConsensusHash = reader.Hash(10),
            AppHash = HexBytes.From(reader.Bytes(11)),
            LastResultsHash = reader.Hash(12),
            EvidenceHash = reader.Hash(13),
            ProposerAddress = ValidatorAddress.From(reader.FixedBytes(14, ValidatorAddress.Length)),
        };
        reader.EndOrThrow(Owner);
        return header;
    }

    private static byte[] Wrap(Hash256? hash) => new WireWriter(40).Hash(1, hash).ToArray();
}
