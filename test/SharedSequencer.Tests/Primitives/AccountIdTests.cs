using NUnit.Framework;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Primitives;

public sealed class AccountIdTests
{
    private static readonly byte[] s_key = Convert.FromHexString("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");

    [Test]
    public void An_address_is_bech32m_with_the_prefix_seq_and_goes_both_ways()
    {
        var account = AccountId.From(s_key);
        var address = account.ToString();

        Assert.That(address, Does.StartWith("seq1"));
        Assert.That(address, Is.EqualTo(Bech32m.Encode("seq", s_key)));
        Assert.That(AccountId.Parse(address), Is.EqualTo(account));
        Assert.That(AccountId.Parse(address.ToUpperInvariant()), Is.EqualTo(account));
        Assert.That(AccountId.Parse(address).ToArray(), Is.EqualTo(s_key));
    }

    [Test]
    public void Other_text_is_not_an_address()
    {
        var address = AccountId.From(s_key).ToString();
        string[] others =
        [
            "", "seq1", address[..^1], address + "q", " " + address,
            Bech32m.Encode("bc", s_key), Bech32m.Encode("seq", s_key[..31]), Bech32m.Encode("seq", [.. s_key, 0]),
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", Convert.ToHexStringLower(s_key),
        ];
        foreach (var text in others)
        {
            Assert.That(AccountId.TryParse(text, out _), Is.False, text);
            Assert.That(() => AccountId.Parse(text), Throws.TypeOf<FormatException>().With.Message.Contain("not an address"));
        }
    }

    [Test]
    public void Accounts_are_equal_and_ordered_by_their_bytes()
    {
        var low = AccountId.From(new byte[32]);
        var high = AccountId.From([.. new byte[31], 0x80]);

        Assert.That(low, Is.LessThan(high));
        Assert.That(low, Is.Not.EqualTo(high));
        Assert.That(low, Is.EqualTo(default(AccountId)));
        Assert.That(low == default && low != high, Is.True);
        Assert.That(low.GetHashCode(), Is.EqualTo(default(AccountId).GetHashCode()));
        Assert.That(() => AccountId.From(new byte[31]), Throws.ArgumentException);
    }

    [Test]
    public void Accounts_chosen_to_look_alike_do_not_share_a_hash_code()
    {
        // Chosen by a sender who knows the code: all the same but for one word.
        for (var word = 0; word < 8; word++)
        {
            var codes = new HashSet<int>();
            for (var i = 0; i < 4096; i++)
            {
                var bytes = new byte[32];
                BitConverter.TryWriteBytes(bytes.AsSpan(word * 4), i);
                codes.Add(AccountId.From(bytes).GetHashCode());
            }

            Assert.That(codes, Has.Count.GreaterThan(4000), $"word {word}");
        }
    }
}
