using NUnit.Framework;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Primitives;

/// <summary>The test vectors of BIP 350, and what its rules say about our own use.</summary>
public sealed class Bech32mTests
{
    [TestCase("A1LQFN3A", "a", 0)]
    [TestCase("a1lqfn3a", "a", 0)]
    [TestCase("an83characterlonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11sg7hg6", "an83characterlonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber1", 0)]
    [TestCase("abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx", "abcdef", 32)]
    [TestCase("11llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllludsr8", "1", 82)]
    [TestCase("split1checkupstagehandshakeupstreamerranterredcaperredlc445v", "split", 48)]
    [TestCase("?1v759aa", "?", 0)]
    public void Valid_strings_decode(string text, string prefix, int groupCount)
    {
        Assert.That(Bech32m.TryDecodeGroups(text, out var decoded, out var groups), Is.True);
        Assert.That(decoded, Is.EqualTo(prefix));
        Assert.That(groups, Has.Length.EqualTo(groupCount));
    }

    [TestCase(" 1xj0phk", TestName = "A space in the prefix is refused")]
    [TestCase("\u007f1g6xzxy", TestName = "A delete character in the prefix is refused")]
    [TestCase("\u00801vctc34", TestName = "A byte above ASCII in the prefix is refused")]
    [TestCase("an84characterslonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11d6pts4")]
    [TestCase("qyrz8wqd2c9m")]
    [TestCase("1qyrz8wqd2c9m")]
    [TestCase("y1b0jsk6g")]
    [TestCase("lt1igcx5c0")]
    [TestCase("in1muywd")]
    [TestCase("mm1crxm3i")]
    [TestCase("au1s5cgom")]
    [TestCase("M1VUXWEZ")]
    [TestCase("16plkw9")]
    [TestCase("1p2gdwpf")]
    [TestCase("")]
    [TestCase("A1lqfn3a", TestName = "Mixed case is refused")]
    public void Invalid_strings_do_not_decode(string text) =>
        Assert.That(Bech32m.TryDecodeGroups(text, out _, out _), Is.False);

    [Test]
    public void Text_of_any_length_is_refused_when_too_long() =>
        Assert.That(Bech32m.TryDecode(new string('q', 1_000_000), out _, out _), Is.False);

    [TestCase("bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y", "bc", 1, "751e76e8199196d454941c45d1b3a323f1433bd6751e76e8199196d454941c45d1b3a323f1433bd6")]
    [TestCase("bc1sw50qgdz25j", "bc", 16, "751e")]
    [TestCase("bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs", "bc", 2, "751e76e8199196d454941c45d1b3a323")]
    [TestCase("tb1pqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesf3hn0c", "tb", 1, "000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433")]
    [TestCase("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", "bc", 1, "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")]
    public void Segwit_addresses_of_version_1_and_higher_go_both_ways(string address, string prefix, byte version, string program)
    {
        Assert.That(Bech32m.TryDecodeSegwit(address, out var decodedPrefix, out var decodedVersion, out var decoded), Is.True);
        Assert.That((decodedPrefix, decodedVersion), Is.EqualTo((prefix, version)));
        Assert.That(Convert.ToHexStringLower(decoded), Is.EqualTo(program));
        Assert.That(Bech32m.EncodeSegwit(prefix, version, Convert.FromHexString(program)), Is.EqualTo(address));
        Assert.That(Bech32m.TryDecodeSegwit(address.ToUpperInvariant(), out _, out _, out var upper), Is.True);
        Assert.That(upper, Is.EqualTo(decoded));
    }

    [TestCase("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", TestName = "Version 0 is not for Bech32m")]
    [TestCase("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd", TestName = "The checksum of Bech32 is refused")]
    [TestCase("tb1z0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqglt7rf")]
    [TestCase("BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL")]
    [TestCase("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh", TestName = "Version 0 with the checksum of Bech32m is refused")]
    [TestCase("tb1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq24jc47")]
    [TestCase("bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4", TestName = "A character outside the set is refused")]
    [TestCase("BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R", TestName = "Version 17 is refused")]
    [TestCase("bc1pw5dgrnzv", TestName = "A program of one byte is refused")]
    [TestCase("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav", TestName = "A program of 41 bytes is refused")]
    [TestCase("tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47Zagq", TestName = "An address of mixed case is refused")]
    [TestCase("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf", TestName = "A group of padding too many is refused")]
    [TestCase("tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vpggkg4j", TestName = "Padding that is not zero is refused")]
    [TestCase("bc1gmk9yu", TestName = "An address without data is refused")]
    public void Invalid_segwit_addresses_are_refused(string address) =>
        Assert.That(Bech32m.TryDecodeSegwit(address, out _, out _, out _), Is.False);

    [FsCheck.NUnit.Property]
    public void Bytes_go_both_ways(byte[] bytes)
    {
        var data = bytes.Length > 40 ? bytes[..40] : bytes;

        Assert.That(Bech32m.TryDecode(Bech32m.Encode("seq", data), out var prefix, out var decoded), Is.True);
        Assert.That(prefix, Is.EqualTo("seq"));
        Assert.That(decoded, Is.EqualTo(data));
    }

    [Test]
    public void Any_one_character_changed_is_found()
    {
        var text = Bech32m.Encode("seq", new byte[32]);
        for (var i = 0; i < text.Length; i++)
        {
            foreach (var replacement in "qpzry9x8gf2tvdw0s3jn54khce6mua7l1b")
            {
                if (replacement == text[i])
                    continue;
                var altered = text[..i] + replacement + text[(i + 1)..];
                Assert.That(Bech32m.TryDecode(altered, out _, out _), Is.False, altered);
            }
        }
    }

    [Test]
    public void What_could_not_be_decoded_again_is_not_encoded()
    {
        Assert.That(() => Bech32m.Encode("", [1]), Throws.ArgumentException);
        Assert.That(() => Bech32m.Encode("SEQ", [1]), Throws.ArgumentException);
        Assert.That(() => Bech32m.Encode("sé", [1]), Throws.ArgumentException);
        Assert.That(() => Bech32m.Encode("seq", new byte[51]), Throws.ArgumentException);
        Assert.That(() => Bech32m.EncodeSegwit("bc", 0, new byte[20]), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Bech32m.EncodeSegwit("bc", 17, new byte[20]), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Bech32m.EncodeSegwit("bc", 1, new byte[1]), Throws.ArgumentException);
        Assert.That(() => Bech32m.EncodeSegwit("bc", 1, new byte[41]), Throws.ArgumentException);
    }
}
