using System.Collections.Immutable;
using SharedSequencer.Primitives;
using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.CometBft.Types;

/// <summary>The rules that all validators of a chain share.</summary>
/// <param name="MaximumBlockBytes">Of the whole block; -1 means CometBFT's own 100 MiB.</param>
/// <param name="MaximumBlockGas">-1 for no limit.</param>
/// <param name="EvidenceMaximumAgeBlocks">Evidence is dead when both ages are exceeded.</param>
/// <param name="EvidenceMaximumAgeNanoseconds">As above, in nanoseconds.</param>
/// <param name="EvidenceMaximumBytes">Of all the evidence in one block.</param>
/// <param name="PublicKeyTypes">Of validators: <c>ed25519</c>.</param>
/// <param name="AppVersion">Enters each header's version.</param>
/// <param name="VoteExtensionsEnableHeight">0 for never.</param>
public sealed record ConsensusParams(
    long MaximumBlockBytes,
    long MaximumBlockGas,
    long EvidenceMaximumAgeBlocks,
    long EvidenceMaximumAgeNanoseconds,
    long EvidenceMaximumBytes,
    ImmutableArray<string> PublicKeyTypes,
    ulong AppVersion,
    long VoteExtensionsEnableHeight)
{
    /// <summary>The header's consensus_hash: plain SHA-256, over the block's two limits alone.</summary>
    public Hash256 Hash() => Hash256.Of(new WireWriter(24).Int64(1, MaximumBlockBytes).Int64(2, MaximumBlockGas).Written);

    public bool Equals(ConsensusParams? other) =>
        other is not null
        && MaximumBlockBytes == other.MaximumBlockBytes
        && MaximumBlockGas == other.MaximumBlockGas
        && EvidenceMaximumAgeBlocks == other.EvidenceMaximumAgeBlocks
        && EvidenceMaximumAgeNanoseconds == other.EvidenceMaximumAgeNanoseconds
        && EvidenceMaximumBytes == other.EvidenceMaximumBytes
        && PublicKeyTypes.AsSpan().SequenceEqual(other.PublicKeyTypes.AsSpan())
        && AppVersion == other.AppVersion
        && VoteExtensionsEnableHeight == other.VoteExtensionsEnableHeight;

    public override int GetHashCode() => HashCode.Combine(MaximumBlockBytes, MaximumBlockGas, AppVersion);
}
