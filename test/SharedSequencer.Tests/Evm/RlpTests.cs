using System.Numerics;
using System.Text;
using NUnit.Framework;
using SharedSequencer.Evm.Rlp;

namespace SharedSequencer.Tests.Evm;

public sealed class RlpTests
{
    // The examples of Ethereum's own description of RLP.
    [TestCase("dog", "83646f67")]
    [TestCase("", "80")]
    [TestCase("\0", "00")]
    [TestCase("\u000f", "0f")]
    [TestCase("Lorem ipsum dolor sit amet, consectetur adipisicing elit",
        "b8384c6f72656d20697073756d20646f6c6f722073697420616d65742c20636f6e7365637465747572206164697069736963696e6720656c6974")]
    public void Published_strings_have_their_published_form(string text, string hex)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Assert.That(Convert.ToHexStringLower(new RlpWriter().String(bytes).ToArray()), Is.EqualTo(hex));

        var reader = new RlpReader(Convert.FromHexString(hex));
        Assert.That(reader.TryReadString(out var value), Is.True);
        Assert.That(value.ToArray(), Is.EqualTo(bytes));
        Assert.That(reader.IsAtEnd, Is.True);
    }

    [Test]
    public void Published_lists_have_their_published_form()
    {
        var animals = new RlpWriter().List(list => list.String("cat"u8).String("dog"u8)).ToArray();
        Assert.That(Convert.ToHexStringLower(animals), Is.EqualTo("c88363617483646f67"));

        // The set-theoretical representation of three.
        var three = new RlpWriter().List(l => l
            .List([])
            .List(a => a.List([]))
            .List(b => b.List([]).List(c => c.List([])))).ToArray();
        Assert.That(Convert.ToHexStringLower(three), Is.EqualTo("c7c0c1c0c3c0c1c0"));
    }

    [TestCase(0UL, "80")]
    [TestCase(15UL, "0f")]
    [TestCase(1024UL, "820400")]
    [TestCase(ulong.MaxValue, "88ffffffffffffffff")]
    public void Published_integers_have_their_published_form(ulong value, string hex)
    {
        Assert.That(Convert.ToHexStringLower(new RlpWriter().Integer(value).ToArray()), Is.EqualTo(hex));
        Assert.That(Convert.ToHexStringLower(new RlpWriter().Integer(new BigInteger(value)).ToArray()), Is.EqualTo(hex));
        var reader = new RlpReader(Convert.FromHexString(hex));
        Assert.That(reader.TryReadUInt64(out var read), Is.True);
        Assert.That(read, Is.EqualTo(value));
    }

    [TestCase("", Description = "nothing")]
    [TestCase("83646f", Description = "cut")]
    [TestCase("8100", Description = "a header before a byte that needs none")]
    [TestCase("817f", Description = "a header before a byte that needs none")]
    [TestCase("b800", Description = "a long header for an empty string")]
    [TestCase("b803646f67", Description = "a long header for a short string")]
    [TestCase("b90038", Description = "a length with a leading zero")]
    [TestCase("bfffffffffffffffff", Description = "a length of nearly 2^64 bytes")]
    [TestCase("bb7fffffff", Description = "a length that would be 2 GB")]
    [TestCase("b8", Description = "the length itself is cut off")]
    [TestCase("c0", Description = "a list")]
    public void A_string_that_is_not_canonical_or_not_there_is_refused(string hex)
    {
        var reader = new RlpReader(Convert.FromHexString(hex));
        Assert.That(reader.TryReadString(out _), Is.False);
    }

    [TestCase("c1")]
    [TestCase("f800")]
    [TestCase("f7")]
    [TestCase("ffffffffffffffffff")]
    [TestCase("80")]
    [TestCase("00")]
    public void A_list_that_is_not_canonical_or_not_there_is_refused(string hex)
    {
        var reader = new RlpReader(Convert.FromHexString(hex));
        Assert.That(reader.TryReadList(out _), Is.False);
    }

    [TestCase("00", Description = "zero is the empty string")]
    [TestCase("820001", Description = "a leading zero")]
    [TestCase("89010000000000000000", Description = "nine bytes")]
    public void An_integer_that_is_not_canonical_is_refused(string hex)
    {
        var reader = new RlpReader(Convert.FromHexString(hex));
        Assert.That(reader.TryReadUInt64(out _), Is.False);
        Assert.That(reader.Remaining, Is.EqualTo(hex.Length / 2));
    }

    [FsCheck.NUnit.Property]
    public bool What_is_written_is_read_back(byte[][] strings, ulong number)
    {
        var writer = new RlpWriter().List(list =>
        {
            foreach (var text in strings)
                list.String(text);
            list.Integer(number);
        });
        var reader = new RlpReader(writer.Written);
        if (!reader.TryReadList(out var items) || !reader.IsAtEnd)
            return false;
        foreach (var text in strings)
        {
            if (!items.TryReadString(out var read) || !read.SequenceEqual(text))
                return false;
        }

        return items.TryReadUInt64(out var last) && last == number && items.IsAtEnd;
    }

    [FsCheck.NUnit.Property(MaxTest = 2000)]
    public bool Whatever_is_accepted_is_written_again_to_the_same_bytes(byte[] noise)
    {
        var reader = new RlpReader(noise);
        return !reader.TryReadString(out var value)
            || new RlpWriter().String(value).Written.SequenceEqual(noise.AsSpan(0, noise.Length - reader.Remaining));
    }
}
