using NUnit.Framework;
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
    public void The_format_does_not_change()
    {
        // A change here is another format: nodes of both versions are in one network.
        var (_, state) = SnapshotChain.Grow(7, 30);
        var (metadata, _) = SnapshotChain.Write(state);

        Assert.That(Hash256.Of(metadata.Encode()).ToString(), Is.EqualTo("PLACEHOLDER"));
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

        Assert.That(read! with { Chunks = [] }, Is.EqualTo(metadata with { Chunks = read.Chunks is [] ? metadata.Chunks : [] }));
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
        Assert.That(SnapshotMetadata.TryDecode((metadata with { Height = 0 }).Encode(), out _, out _), Is.False);
        Assert.That(SnapshotMetadata.TryDecode((metadata with { Chunks = [] }).Encode(), out _, out _), Is.False);
    }
}
