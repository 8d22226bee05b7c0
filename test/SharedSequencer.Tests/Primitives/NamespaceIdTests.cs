using System.Security.Cryptography;
using System.Text;
using NUnit.Framework;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Primitives;

public sealed class NamespaceIdTests
{
    [TestCase("alpha")]
    [TestCase("notes")]
    [TestCase("a-1")]
    public void An_id_is_the_first_8_bytes_of_the_tagged_hash_of_the_name(string name)
    {
        var digest = SHA256.HashData(Encoding.ASCII.GetBytes("sharedsequencer/namespace/v1" + name));

        Assert.That(NamespaceId.OfName(name).ToArray(), Is.EqualTo(digest[..8]));
        Assert.That(NamespaceId.OfName(name).ToString(), Is.EqualTo(Convert.ToHexStringLower(digest[..8])));
    }

    [TestCase("abc", true)]
    [TestCase("a-0", true)]
    [TestCase("---", true)]
    [TestCase("abcdefghijklmnopqrstuvwxyz012345", true)]
    [TestCase("abcdefghijklmnopqrstuvwxyz0123456", false)]
    [TestCase("ab", false)]
    [TestCase("", false)]
    [TestCase("Abc", false)]
    [TestCase("a_c", false)]
    [TestCase("a c", false)]
    [TestCase("äbc", false)]
    [TestCase("abc\n", false)]
    [TestCase("abc\0", false)]
    public void Names_are_3_to_32_of_a_to_z_digits_and_hyphens(string name, bool isValid) =>
        Assert.That(NamespaceId.IsValidName(name), Is.EqualTo(isValid));

    [FsCheck.NUnit.Property]
    public void Text_and_bytes_go_both_ways(ulong value)
    {
        var id = new NamespaceId(value);

        Assert.That(NamespaceId.TryParse(id.ToString(), out var parsed), Is.True);
        Assert.That(parsed, Is.EqualTo(id));
        Assert.That(NamespaceId.From(id.ToArray()), Is.EqualTo(id));
        Assert.That(id.ToString(), Is.EqualTo(value.ToString("x16")));
    }

    [FsCheck.NUnit.Property]
    public void The_order_is_that_of_the_bytes(ulong left, ulong right)
    {
        var (a, b) = (new NamespaceId(left), new NamespaceId(right));

        Assert.That(Math.Sign(a.CompareTo(b)), Is.EqualTo(Math.Sign(a.ToArray().AsSpan().SequenceCompareTo(b.ToArray()))));
    }

    [Test]
    public void All_zeros_and_all_ones_are_reserved()
    {
        Assert.That(new NamespaceId(0).IsReserved, Is.True);
        Assert.That(new NamespaceId(ulong.MaxValue).IsReserved, Is.True);
        Assert.That(new NamespaceId(1).IsReserved, Is.False);
    }

    [Test]
    public void Other_text_is_not_an_id()
    {
        foreach (var text in new[] { "", "0", "00000000000000000", "000000000000000g", "0x00000000000000" })
            Assert.That(NamespaceId.TryParse(text, out _), Is.False, text);
        Assert.That(() => NamespaceId.From(new byte[7]), Throws.ArgumentException);
    }
}
