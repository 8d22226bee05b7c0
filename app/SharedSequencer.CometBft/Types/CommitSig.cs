using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.CometBft.Types;

/// <summary>One validator's precommit inside a commit.</summary>
/// <param name="ValidatorAddress">Null when absent.</param>
/// <param name="Timestamp">The signer's own time, which it signs; Go's zero time when absent.</param>
/// <param name="Signature">64 bytes of Ed25519; empty when absent.</param>
public sealed record CommitSig(
    BlockIdFlag BlockIdFlag,
    ValidatorAddress? ValidatorAddress,
    CometTime Timestamp,
    HexBytes Signature)
{
    /// <summary>The longest signature that CometBFT admits.</summary>
    public const int MaximumSignatureLength = 64;

    public static CommitSig Absent { get; } = new(BlockIdFlag.Absent, null, CometTime.Zero, HexBytes.Empty);

    /// <summary>Why this cannot be part of a commit, or null (CometBFT's ValidateBasic).</summary>
    public string? Fault() => BlockIdFlag switch
    {
        BlockIdFlag.Absent when this != Absent => "an absent vote carries an address, a time or a signature",
        BlockIdFlag.Absent => null,
        BlockIdFlag.Commit or BlockIdFlag.Nil when ValidatorAddress is null => "a vote has no validator address",
        BlockIdFlag.Commit or BlockIdFlag.Nil when Signature.IsEmpty => "a vote has no signature",
        BlockIdFlag.Commit or BlockIdFlag.Nil when Signature.Length > MaximumSignatureLength =>
            $"a signature has {Signature.Length} bytes, more than {MaximumSignatureLength}",
        BlockIdFlag.Commit or BlockIdFlag.Nil => null,
        _ => $"block id flag {(int)BlockIdFlag} is unknown",
    };

    internal byte[] ToProto() => new WireWriter(128)
        .UInt64(1, (ulong)BlockIdFlag)
        .Address(2, ValidatorAddress)
        .AlwaysBytes(3, Timestamp.ToProto())
        .Bytes(4, Signature.Span)
        .ToArray();

    internal static CommitSig FromProto(ReadOnlySpan<byte> data)
    {
        const string Owner = "commit signature";
        var reader = new WireReader(data);
        var result = new CommitSig(
            (BlockIdFlag)reader.Int32(1),
            reader.Address(2),
            CometTime.FromProto(reader.Message(3, Owner)),
            HexBytes.From(reader.Bytes(4)));
        reader.EndOrThrow(Owner);
        return result.Fault() is { } fault ? throw new FormatException($"{Owner}: {fault}.") : result;
    }
}
