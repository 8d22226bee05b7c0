using NUnit.Framework;
using SharedSequencer.Cryptography;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Cryptography;

internal sealed class SchnorrTests
{
    private static IEnumerable<string[]> Vectors() => Bip340Vectors.Rows();

    [Test]
    public void Every_signature_of_BIP_340_verifies_or_not_as_it_says()
    {
        foreach (var row in Vectors())
        {
            var verified = Schnorr.Verify(Bytes(row[2]), Bytes(row[4]), Bytes(row[5]));
            Assert.That(verified, Is.EqualTo(row[6] == "TRUE"), $"vector {row[0]}: {row[7]}");
        }
    }

    [Test]
    public void Signing_gives_the_signatures_of_BIP_340()
    {
        var signed = 0;
        foreach (var row in Vectors().Where(r => r[1].Length > 0 && r[4].Length == 64))
        {
            var key = SecretKey.Parse(row[1]);
            Assert.That(key.PublicKey.ToArray(), Is.EqualTo(Bytes(row[2])), $"vector {row[0]}");
            Assert.That(Schnorr.Sign(key, Hash256.Parse(row[4]), Bytes(row[3])), Is.EqualTo(Bytes(row[5])), $"vector {row[0]}");
            signed++;
        }

        Assert.That(signed, Is.AtLeast(4));
    }

    [Test]
    public void A_fresh_signature_verifies_and_differs_each_time()
    {
        var key = SecretKey.Generate();
        var message = Hash256.Of("message"u8);
        var first = Schnorr.Sign(key, message);
        var second = Schnorr.Sign(key, message);

        Assert.That(Schnorr.Verify(key.PublicKey.Span, message.Span, first), Is.True);
        Assert.That(Schnorr.Verify(key.PublicKey.Span, message.Span, second), Is.True);
        Assert.That(first, Is.Not.EqualTo(second));
    }

    [Test]
    public void Wrong_lengths_are_no_signature_and_no_crash()
    {
        var key = SecretKey.Generate();
        var message = Hash256.Of("message"u8);
        var signature = Schnorr.Sign(key, message);

        Assert.That(Schnorr.Verify(key.PublicKey.Span[..31], message.Span, signature), Is.False);
        Assert.That(Schnorr.Verify(key.PublicKey.Span, message.Span, signature.AsSpan(0, 63)), Is.False);
        Assert.That(Schnorr.Verify(key.PublicKey.Span, default, signature), Is.False);
        Assert.That(Schnorr.Verify(default, default, default), Is.False);
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex);
}
