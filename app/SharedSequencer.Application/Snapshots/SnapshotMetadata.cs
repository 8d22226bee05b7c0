using System.Diagnostics.CodeAnalysis;
using SharedSequencer.Application.Ports;
using SharedSequencer.Primitives;
using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.Application.Snapshots;

/// <summary>
/// What a snapshot is before one has its chunks: ABCI's <c>metadata</c>, whose SHA-256 is ABCI's <c>hash</c>. It names
/// the hash of each chunk, so that a chunk is judged when it comes and by itself.
/// </summary>
/// <remarks>
/// The state's bytes are bound by <see cref="AppHash"/>. Time and evidence age are not: they come from whoever offers
/// the snapshot. A false time lasts until the next block, which brings its own, and decides only what this node's pool
/// takes; a false evidence age is no more than CometBFT itself takes from its RPC servers, and only says what to prune.
/// </remarks>
public sealed record SnapshotMetadata
{
    /// <summary>ABCI's <c>format</c>. Another content or order of chunks is another format.</summary>
    public const uint Format = 1;

    /// <summary>A chunk ends before the entry that would make it longer. CometBFT's limit is 16 MB.</summary>
    public const int ChunkBytes = 8 * 1024 * 1024;

    /// <summary>A state larger than this (8 GiB) fits no node's memory.</summary>
    public const int MaximumChunks = 1024;

    /// <summary>The state is the one after this height's block.</summary>
    public required long Height { get; init; }

    /// <summary>That block's time.</summary>
    public required BlockTime Time { get; init; }

    public required Hash256 AppHash { get; init; }

    public required EvidenceAge EvidenceAge { get; init; }

    /// <summary>SHA-256 of each chunk.</summary>
    public required IReadOnlyList<Hash256> Chunks { get; init; }

    /// <summary>Canonical bytes: every node makes the same.</summary>
    public byte[] Encode()
    {
        var hashes = new byte[Chunks.Count * Hash256.Length];
        for (var i = 0; i < Chunks.Count; i++)
            Chunks[i].Span.CopyTo(hashes.AsSpan(i * Hash256.Length));
        return new WireWriter(128 + hashes.Length)
            .Int64(1, Height)
            .Int64(2, Time.Seconds)
            .Int64(3, Time.Nanoseconds)
            .Bytes(4, AppHash.Span)
            .Int64(5, EvidenceAge.Blocks)
            .Int64(6, EvidenceAge.Seconds)
            .Bytes(7, hashes)
            .ToArray();
    }

    /// <summary>Reads what a peer offers; it may be anything.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SnapshotMetadata? metadata, out string error)
    {
        var reader = new WireReader(bytes);
        var height = reader.Int64(1);
        var seconds = reader.Int64(2);
        var nanoseconds = reader.Int64(3);
        var appHash = reader.FixedBytes(4, Hash256.Length);
        var evidence = new EvidenceAge(reader.Int64(5), reader.Int64(6));
        var hashes = reader.Bytes(7);
        if (height < 1 || nanoseconds is < 0 or > 999_999_999 || evidence.Blocks < 0 || evidence.Seconds < 0)
            reader.Fail("a number is out of its range");
        if (hashes.Length % Hash256.Length != 0 || hashes.Length / Hash256.Length is < 1 or > MaximumChunks)
            reader.Fail($"there are {hashes.Length} bytes of chunk hashes, not 1 to {MaximumChunks} hashes");
        metadata = null;
        if (!reader.End())
        {
            error = reader.Error!;
            return false;
        }

        var chunks = new Hash256[hashes.Length / Hash256.Length];
        for (var i = 0; i < chunks.Length; i++)
            chunks[i] = Hash256.From(hashes.Slice(i * Hash256.Length, Hash256.Length));
        metadata = new SnapshotMetadata
        {
            Height = height,
            Time = new BlockTime(seconds, (int)nanoseconds),
            AppHash = Hash256.From(appHash),
            EvidenceAge = evidence,
            Chunks = chunks,
        };
        error = "";
        return true;
    }
}
