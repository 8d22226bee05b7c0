using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.Protocol.Blocks;

/// <summary>
/// The first item of every block that orders anything: it binds the block's namespace tree to data_hash.
/// Its field 1 is a number, a signed transaction's is bytes: neither can be taken for the other.
/// </summary>
public sealed class Preamble
{
    /// <summary>The version that this code makes and accepts.</summary>
    public const ulong CurrentVersion = 1;

    /// <summary>Bytes of a namespace root: min ‖ max ‖ digest.</summary>
    public const int NamespaceRootLength = 48;

    /// <summary>No preamble is longer: to leave room for it before it is known.</summary>
    public const int MaximumLength = 2 + 11 + 2 + NamespaceRootLength + 6 + 11 + 6;

    public required long Height { get; init; }

    /// <summary>Root of the namespaced Merkle tree over the block's entries, 48 bytes.</summary>
    public required ReadOnlyMemory<byte> NamespaceRoot { get; init; }

    /// <summary>Leaves of that tree.</summary>
    public required uint EntryCount { get; init; }

    /// <summary>Sum of the entries' payload lengths.</summary>
    public required ulong PayloadBytes { get; init; }

    /// <summary>How many of the entries were forced from Bitcoin; they stand first.</summary>
    public required uint ForcedCount { get; init; }

    /// <summary>Writes <c>sequencer.v1.Preamble</c>.</summary>
    public byte[] Encode() => new WireWriter(MaximumLength)
        .UInt64(1, CurrentVersion)
        .Int64(2, Height)
        .Bytes(3, NamespaceRoot.Span)
        .UInt64(4, EntryCount)
        .UInt64(5, PayloadBytes)
        .UInt64(6, ForcedCount)
        .ToArray();

    /// <summary>Reads <c>sequencer.v1.Preamble</c> in its canonical form.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out Preamble preamble, out string error)
    {
        var reader = new WireReader(bytes);
        var version = reader.UInt64(1);
        preamble = new Preamble
        {
            Height = reader.Int64(2),
            NamespaceRoot = reader.FixedBytes(3, NamespaceRootLength).ToArray(),
            EntryCount = reader.UInt32(4),
            PayloadBytes = reader.UInt64(5),
            ForcedCount = reader.UInt32(6),
        };
        if (reader.Error is null && version != CurrentVersion)
            reader.Fail($"version {version} is unknown");
        if (preamble.ForcedCount > preamble.EntryCount)
            reader.Fail("more entries are forced than there are");
        var good = reader.End();
        error = good ? "" : $"The preamble is refused: {reader.Error}.";
        return good;
    }
}
