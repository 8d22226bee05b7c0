using NUnit.Framework;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.Tests.StateMachine;

/// <summary>A cache may forget, and never says what is another's.</summary>
internal sealed class RecordCacheTests
{
    [FsCheck.NUnit.Property]
    public void What_it_gives_is_what_was_added_for_that_key_last(byte[] keys)
    {
        // Three places for 256 keys.
        var cache = new RecordCache<byte, int>(3);
        Dictionary<byte, int> added = [];
        for (var i = 0; i < keys.Length; i++)
        {
            if (cache.TryGet(keys[i], out var before))
                Assert.That(before, Is.EqualTo(added[keys[i]]));
            cache.Add(keys[i], i);
            added[keys[i]] = i;
            Assert.That(cache.TryGet(keys[i], out var record), Is.True);
            Assert.That(record, Is.EqualTo(i));
        }

        for (var key = 0; key < 256; key++)
        {
            if (cache.TryGet((byte)key, out var record))
                Assert.That(added.TryGetValue((byte)key, out var last) && last == record, $"key {key}");
        }
    }

    [Test]
    public void Keys_that_share_a_place_push_each_other_out()
    {
        var cache = new RecordCache<byte, string>(1);
        cache.Add(1, "one");

        Assert.That(cache.TryGet(2, out _), Is.False);
        cache.Add(2, "two");
        Assert.That(cache.TryGet(1, out _), Is.False);
    }
}
