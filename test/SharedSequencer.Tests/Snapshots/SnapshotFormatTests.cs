using System.Security.Cryptography;
using Google.Protobuf;
using NUnit.Framework;
using SharedSequencer.Application.Ports;
using SharedSequencer.Application.Snapshots;
using SharedSequencer.Primitives;
using SharedSequencer.RandomChain;
using SharedSequencer.Tests.Storage;

namespace SharedSequencer.Tests.Snapshots;

internal sealed class SnapshotFormatTests
{
    [Test]
    public void Every_node_makes_the_same_bytes_also_after_a_restart([Values(1, 2, 3)] int seed)
    {
        using var chain = new StoredChain(seed);
        var twin = new Replica(chain.Blocks.InitChain());
        chain.Grow(40);
        foreach (var block in chain.Committed)
            _ = twin.Run(block);
        chain.Reopen();

        var (metadata, chunks) = SnapshotChain.Write(chain.Application.State!);
        var (other, otherChunks) = SnapshotChain.Write(twin.Application.State!);

        Assert.That(chunks, Has.Count.GreaterThan(2));
        Assert.That(otherChunks, Is.EqualTo(chunks));
        Assert.That(other.Encode(), Is.EqualTo(metadata.Encode()));
        Assert.That(chunks.Select(c => Hash256.Of(c)), Is.EqualTo(metadata.Chunks));
    }

    [Test]
    public void The_bytes_are_those_that_the_format_says()
    {
        // By another codec and another sort. A change here is another format: nodes of both versions are in one network.
        var (_, state) = SnapshotChain.Grow(7, 30);
        using var expected = new MemoryStream();
        using var output = new CodedOutputStream(expected, leaveOpen: true);
        foreach (var entry in state.Tree.Entries().OrderBy(e => Convert.ToHexString(SHA256.HashData(e.Key.Span)), StringComparer.Ordinal))
            Write(output, 1, entry.Key.ToArray(), entry.Value!.Value.ToArray());
        foreach (var (id, peaks) in state.SlicePeaks.OrderBy(p => p.Key.ToString(), StringComparer.Ordinal))
            Write(output, 2, id.ToArray(), peaks.Encode());
        output.Flush();

        var (metadata, chunks) = SnapshotChain.Write(state, SnapshotMetadata.ChunkBytes);

        Assert.That(chunks.Single(), Is.EqualTo(expected.ToArray()));
        using var words = new MemoryStream();
        using var message = new CodedOutputStream(words, leaveOpen: true);
        message.WriteTag(1, WireFormat.WireType.Varint);
        message.WriteInt64(30);
        message.WriteTag(2, WireFormat.WireType.Varint);
        message.WriteInt64(state.Time.Seconds);
        message.WriteTag(3, WireFormat.WireType.Varint);
        message.WriteInt64(state.Time.Nanoseconds);
        message.WriteTag(4, WireFormat.WireType.LengthDelimited);
        message.WriteBytes(ByteString.CopyFrom(state.AppHash.Span));
        message.WriteTag(5, WireFormat.WireType.Varint);
        message.WriteInt64(10);
        message.WriteTag(6, WireFormat.WireType.Varint);
        message.WriteInt64(20);
        message.WriteTag(7, WireFormat.WireType.LengthDelimited);
        message.WriteBytes(ByteString.CopyFrom(SHA256.HashData(chunks[0])));
        message.Flush();
        Assert.That(metadata.Encode(), Is.EqualTo(words.ToArray()));

        static void Write(CodedOutputStream output, int field, byte[] key, byte[] value)
        {
            using var item = new MemoryStream();
            using var inner = new CodedOutputStream(item, leaveOpen: true);
            inner.WriteTag(1, WireFormat.WireType.LengthDelimited);
            inner.WriteBytes(ByteString.CopyFrom(key));
            inner.WriteTag(2, WireFormat.WireType.LengthDelimited);
            inner.WriteBytes(ByteString.CopyFrom(value));
            inner.Flush();
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(item.ToArray()));
        }
    }

    [Test]
    public void A_chunk_is_never_longer_than_it_may_be()
    {
        var (_, state) = SnapshotChain.Grow(4, 60);

        var (_, chunks) = SnapshotChain.Write(state, 1000);

        Assert.That(chunks.Select(c => c.Length), Is.All.LessThanOrEqualTo(1000));
        Assert.That(chunks.SkipLast(1).Select(c => c.Length), Is.All.GreaterThan(300), "and not much shorter");
    }

    [Test]
    public void Metadata_that_is_read_is_what_was_written()
    {
        var (_, state) = SnapshotChain.Grow(5, 20);
        var (metadata, _) = SnapshotChain.Write(state);

        Assert.That(SnapshotMetadata.TryDecode(metadata.Encode(), out var read, out var error), Is.True, error);

        Assert.That((read!.Height, read.Time, read.AppHash, read.EvidenceAge), Is.EqualTo((metadata.Height, metadata.Time, metadata.AppHash, metadata.EvidenceAge)));
        Assert.That(read.Chunks, Is.EqualTo(metadata.Chunks));
    }

    [Test]
    public void Cut_metadata_and_metadata_with_too_many_chunks_are_refused()
    {
        var (_, state) = SnapshotChain.Grow(5, 20);
        var (metadata, _) = SnapshotChain.Write(state);
        var bytes = metadata.Encode();

        for (var length = 0; length < bytes.Length; length++)
            Assert.That(SnapshotMetadata.TryDecode(bytes.AsSpan(0, length), out _, out _), Is.False, $"cut to {length}");
        var huge = metadata with { Chunks = new Hash256[SnapshotMetadata.MaximumChunks + 1] };
        Assert.That(SnapshotMetadata.TryDecode(huge.Encode(), out _, out var error), Is.False);
        Assert.That(error, Does.Contain("hashes"));
        Assert.That(SnapshotMetadata.TryDecode((metadata with { Chunks = [] }).Encode(), out _, out _), Is.False);
    }

    [Test]
    public void Metadata_with_a_number_that_cannot_be_is_refused()
    {
        var (_, state) = SnapshotChain.Grow(5, 20);
        var (metadata, _) = SnapshotChain.Write(state);
        SnapshotMetadata[] border =
        [
            metadata with { Height = 1 },
            metadata with { Time = new BlockTime(-1, 999_999_999) },
            metadata with { EvidenceAge = new EvidenceAge(0, 0) },
        ];
        SnapshotMetadata[] beyond =
        [
            metadata with { Height = 0 },
            metadata with { Height = -1 },
            metadata with { Time = new BlockTime(1, -1) },
            metadata with { Time = new BlockTime(1, 1_000_000_000) },
            metadata with { EvidenceAge = new EvidenceAge(-1, 0) },
            metadata with { EvidenceAge = new EvidenceAge(0, -1) },
        ];

        foreach (var read in border)
            Assert.That(SnapshotMetadata.TryDecode(read.Encode(), out _, out var error), Is.True, $"{read}: {error}");
        foreach (var refused in beyond)
        {
            Assert.That(SnapshotMetadata.TryDecode(refused.Encode(), out _, out var error), Is.False, $"{refused}");
            Assert.That(error, Is.EqualTo("a number is out of its range"));
        }
    }
}
