using NUnit.Framework;
using SharedSequencer.Cryptography;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Cryptography;

internal sealed class SecretKeyTests
{
    // The pair that the Bitcoin wiki's article on the wallet import format gives, with the compressed form.
    private const string Hex = "0c28fca386c7a227600b2fe50b7cae11ec86d3bf1fbe471be89827e19d72aa1d";
    private const string CompressedWif = "KwdMAjGmerYanjeui5SHS7JkmpZvVipYvB2LJGU1ZxJwYvP98617";
    private const string UncompressedWif = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ";
    private const string Order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";

    [Test]
    public void Hex_and_WIF_give_the_same_key()
    {
        var fromHex = SecretKey.Parse(Hex);

        Assert.That(SecretKey.Parse(CompressedWif).PublicKey, Is.EqualTo(fromHex.PublicKey));
        Assert.That(SecretKey.Parse($"  {Hex.ToUpperInvariant()}\n").PublicKey, Is.EqualTo(fromHex.PublicKey));
        Assert.That(fromHex.ToSecretHex(), Is.EqualTo(Hex));
    }

    [TestCase("")]
    [TestCase("0000000000000000000000000000000000000000000000000000000000000000")]
    [TestCase(Order)]
    [TestCase("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [TestCase("0c28fca386c7a227600b2fe50b7cae11ec86d3bf1fbe471be89827e19d72aa")]
    [TestCase("zz28fca386c7a227600b2fe50b7cae11ec86d3bf1fbe471be89827e19d72aa1d")]
    [TestCase(UncompressedWif)]
    [TestCase("KwdMAjGmerYanjeui5SHS7JkmpZvVipYvB2LJGU1ZxJwYvP98618")]
    [TestCase("1KwdMAjGmerYanjeui5SHS7JkmpZvVipYvB2LJGU1ZxJwYvP98617")]
    [TestCase("KwdMAjGmerYanjeui5SHS7JkmpZvVipYvB2LJGU1ZxJwYvP9861O")]
    public void What_is_no_key_is_refused_without_repeating_it(string text)
    {
        var error = Assert.Throws<FormatException>(() => SecretKey.Parse(text))!;

        Assert.That(error.ToString(), text.Length > 0 ? Does.Not.Contain(text) : Is.Not.Empty);
    }

    [Test]
    public void The_largest_key_is_accepted()
    {
        var key = SecretKey.Parse(Order[..^1] + "0");

        // Order - 1 is the negative of 1: the same x as the generator.
        Assert.That(
            Convert.ToHexStringLower(key.PublicKey.Span),
            Is.EqualTo("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"));
    }

    [Test]
    public void Its_text_shows_the_account_and_never_the_secret()
    {
        var key = SecretKey.Parse(Hex);

        Assert.That($"{key}", Does.Contain(key.PublicKey.ToString()));
        Assert.That($"{key}", Does.Not.Contain(Hex[..8]));
    }

    [Test]
    public void An_address_reads_back_and_one_wrong_character_is_refused()
    {
        var account = SecretKey.Parse(Hex).PublicKey;
        var text = account.ToString();

        Assert.That(text, Does.StartWith("seq1"));
        Assert.That(AccountId.Parse(text), Is.EqualTo(account));
        Assert.That(AccountId.Parse(text.ToUpperInvariant()), Is.EqualTo(account));
        for (var i = 0; i < text.Length; i++)
        {
            var changed = text[..i] + (text[i] == 'q' ? 'p' : 'q') + text[(i + 1)..];
            Assert.That(AccountId.TryParse(changed, out _), Is.False, changed);
        }
    }

    [Test]
    public void A_tagged_hash_is_the_one_of_BIP_340_for_short_and_long_data()
    {
        foreach (var length in (int[])[0, 1, 32, 1024, 1025, 5000])
        {
            var data = Enumerable.Range(0, length).Select(i => (byte)(i % 251)).ToArray();
            var tag = Hash256.Of("TapLeaf"u8).ToArray();
            Assert.That(new TaggedHash("TapLeaf").Of(data), Is.EqualTo(Hash256.Of([.. tag, .. tag, .. data])), $"{length} bytes");
        }
    }
}
