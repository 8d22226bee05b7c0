using NUnit.Framework;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Primitives;

public sealed class Hash256Tests
{
    [TestCase("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [TestCase("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void Of_is_sha256(string text, string digest) =>
        Assert.That(Hash256.Of(System.Text.Encoding.ASCII.GetBytes(text)).ToString(), Is.EqualTo(digest));

    [FsCheck.NUnit.Property]
    public void Text_and_bytes_go_both_ways(byte[] seed)
    {
        var hash = Hash256.Of(seed);

        Assert.That(Hash256.Parse(hash.ToString()), Is.EqualTo(hash));
        Assert.That(Hash256.Parse(hash.ToString().ToUpperInvariant()), Is.EqualTo(hash));
        Assert.That(Hash256.From(hash.ToArray()), Is.EqualTo(hash));
        Assert.That(hash.Span.ToArray(), Is.EqualTo(hash.ToArray()));
    }

    [FsCheck.NUnit.Property]
    public void The_order_is_that_of_the_hex_text(byte[] left, byte[] right)
    {
        var (a, b) = (Hash256.Of(left), Hash256.Of(right));

        Assert.That(Math.Sign(a.CompareTo(b)), Is.EqualTo(Math.Sign(string.CompareOrdinal(a.ToString(), b.ToString()))));
        Assert.That(a == b, Is.EqualTo(a.ToString() == b.ToString()));
    }

    [Test]
    public void Other_text_is_not_a_hash()
    {
        var text = Hash256.Zero.ToString();
        foreach (var other in new[] { "", text[1..], text + "0", text[1..] + "g", "0x" + text[2..], " " + text[1..] })
        {
            Assert.That(Hash256.TryParse(other, out _), Is.False, other);
            Assert.That(() => Hash256.Parse(other), Throws.TypeOf<FormatException>());
        }

        Assert.That(() => Hash256.From(new byte[33]), Throws.ArgumentException);
    }

    [Test]
    public void A_copy_in_a_dictionary_is_found_by_its_bytes()
    {
        var hash = Hash256.Of("x"u8);
        var values = new Dictionary<Hash256, int> { [hash] = 1 };

        Assert.That(values[Hash256.Parse(hash.ToString())], Is.EqualTo(1));
        Assert.That(values.ContainsKey(Hash256.Zero), Is.False);
    }
}
