using NUnit.Framework;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Blocks;

namespace SharedSequencer.Tests.Protocol;

internal sealed class EntryTests
{
    private static readonly AccountId s_sender = AccountId.From([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);

    [Test]
    public void Leaf_data_is_the_two_indices_the_sender_and_the_payload()
    {
        var entry = new Entry(new NamespaceId(9), 0x01020304, 0x05060708, s_sender, new byte[] { 0xaa, 0xbb });

        Assert.That(
            Convert.ToHexStringLower(entry.LeafData()),
            Is.EqualTo("0102030405060708" + Convert.ToHexStringLower(s_sender.Span) + "aabb"));
    }

    [Test]
    public void Leaf_data_reads_back_and_a_leaf_without_payload_is_refused()
    {
        var leaf = new Entry(new NamespaceId(9), 3, 4, s_sender, new byte[] { 1 }).LeafData();

        Assert.That(Entry.TryParseLeaf(new NamespaceId(9), leaf, out var entry), Is.True);
        Assert.That((entry.TransactionIndex, entry.ActionIndex, entry.Sender), Is.EqualTo((3u, 4u, s_sender)));
        Assert.That(entry.Payload.ToArray(), Is.EqualTo(new byte[] { 1 }));
        Assert.That(Entry.TryParseLeaf(new NamespaceId(9), leaf.AsMemory(0, 40), out _), Is.False);
        Assert.That(Entry.TryParseLeaf(new NamespaceId(9), default, out _), Is.False);
    }
}
