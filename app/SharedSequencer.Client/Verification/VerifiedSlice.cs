using SharedSequencer.CometBft.Types;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Blocks;

namespace SharedSequencer.Client;

/// <summary>What a verified answer proves of a namespace at a height, and nothing that it does not.</summary>
public sealed record VerifiedSlice
{
    public required NamespaceId Namespace { get; init; }

    /// <summary>The header's hash is the trusted block hash.</summary>
    public required Header Header { get; init; }

    public required Hash256 BlockHash { get; init; }

    /// <summary>Null for a block without transactions.</summary>
    public required Preamble? Preamble { get; init; }

    /// <summary>All entries of the namespace in this block, in order; perhaps none.</summary>
    public required IReadOnlyList<Entry> Entries { get; init; }
}
