using NUnit.Framework;
using SharedSequencer.Primitives;
using SharedSequencer.Storage.Blocks;
using SharedSequencer.Tests.Mempool;

namespace SharedSequencer.Tests.Storage;

/// <summary>Bounded, and what was used last stays.</summary>
internal sealed class BlockCacheTests
{
    [Test]
    public void What_was_used_longest_ago_makes_room_and_what_was_removed_takes_none()
    {
        var cache = new BlockCache(3 * Block(1).Cost);
        for (var height = 1; height <= 3; height++)
            cache.Add(Block(height));
        _ = cache.Find(1);

        cache.Add(Block(4));
        Assert.That(Held(), Is.EqualTo(new[] { 1, 3, 4 }));
        cache.Remove(3);
        cache.Remove(99);
        cache.Add(Block(5));
        Assert.That(Held(), Is.EqualTo(new[] { 1, 4, 5 }));
        cache.Clear();
        for (var height = 6; height <= 9; height++)
            cache.Add(Block(height));
        Assert.That(Held(), Is.EqualTo(new[] { 7, 8, 9 }));

        int[] Held() => [.. Enumerable.Range(1, 10).Where(height => cache.Find(height) is not null)];
    }

    [Test]
    public void A_block_that_alone_is_too_large_pushes_nothing_out()
    {
        var cache = new BlockCache(Block(1).Cost);
        cache.Add(Block(1));
        cache.Add(new StoredBlock(Block(2).Summary, new byte[10], [new PoolWorld(1).Make(0, 0)]));

        Assert.That((cache.Find(1) is null, cache.Find(2) is null), Is.EqualTo((false, true)));
    }

    private static StoredBlock Block(long height) =>
        new(new BlockSummary(height, Hash256.Zero, new BlockTime(height, 0), Hash256.Zero, Array.Empty<byte>()), null, []);
}
