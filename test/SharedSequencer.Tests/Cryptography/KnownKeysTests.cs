using System.Buffers.Binary;
using NUnit.Framework;
using SharedSequencer.Cryptography;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Cryptography;

/// <summary>Keys that are remembered change no answer.</summary>
internal sealed class KnownKeysTests
{
    [Test]
    public void Every_signature_of_BIP_340_verifies_or_not_as_it_says_however_often()
    {
        var keys = new KnownKeys();
        var rows = Bip340Vectors.Rows().Where(r => r[2].Length == 64 && r[4].Length == 64).ToArray();
        Assert.That(rows, Has.Length.AtLeast(10));
        for (var again = 0; again < 3; again++)
        {
            foreach (var row in rows)
            {
                var verified = keys.Verify(AccountId.From(Bytes(row[2])), Hash256.Parse(row[4]), Bytes(row[5]));
                Assert.That(verified, Is.EqualTo(row[6] == "TRUE"), $"vector {row[0]}: {row[7]}");
            }
        }
    }

    [Test]
    public void Keys_that_share_a_place_are_not_taken_for_each_other()
    {
        // 32,768 places: among a thousand keys some pair shares one, and it may take a few tries.
        Dictionary<uint, SecretKey> seen = [];
        SecretKey? twin = null, key = null;
        while (twin is null)
        {
            key = SecretKey.Generate();
            var place = BinaryPrimitives.ReadUInt32LittleEndian(key.PublicKey.Span) % 32_768;
            if (!seen.TryAdd(place, key))
                twin = seen[place];
        }

        var keys = new KnownKeys();
        var message = Hash256.Of("message"u8);
        var (first, second) = (Schnorr.Sign(key!, message), Schnorr.Sign(twin, message));
        for (var again = 0; again < 2; again++)
        {
            Assert.That(keys.Verify(key!.PublicKey, message, first), Is.True);
            Assert.That(keys.Verify(twin.PublicKey, message, first), Is.False);
            Assert.That(keys.Verify(twin.PublicKey, message, second), Is.True);
            Assert.That(keys.Verify(key.PublicKey, message, second), Is.False);
        }
    }

    [Test]
    public void A_key_that_is_no_point_is_refused_each_time_and_harms_no_other()
    {
        var keys = new KnownKeys();
        var key = SecretKey.Generate();
        var message = Hash256.Of("message"u8);
        var signature = Schnorr.Sign(key, message);
        var nowhere = Enumerable.Repeat((byte)0xff, AccountId.Length).ToArray();
        key.PublicKey.Span[..4].CopyTo(nowhere);

        Assert.That(keys.Verify(key.PublicKey, message, signature), Is.True);
        Assert.That(keys.Verify(AccountId.From(nowhere), message, signature), Is.False);
        Assert.That(keys.Verify(AccountId.From(nowhere), message, signature), Is.False);
        Assert.That(keys.Verify(key.PublicKey, message, signature), Is.True);
        Assert.That(keys.Verify(key.PublicKey, message, signature.AsSpan(0, 63)), Is.False);
        Assert.That(keys.Verify(key.PublicKey, message, default), Is.False);
    }

    [Test]
    public void Many_threads_get_the_same_answers()
    {
        var keys = new KnownKeys();
        var signers = Enumerable.Range(0, 40).Select(_ => SecretKey.Generate()).ToArray();
        var message = Hash256.Of("message"u8);
        var signatures = signers.Select(s => Schnorr.Sign(s, message)).ToArray();
        var wrong = 0;
        Parallel.For(0, 4_000, i =>
        {
            var (signer, signature) = (i % 40, i % 3 == 0 ? (i + 1) % 40 : i % 40);
            if (keys.Verify(signers[signer].PublicKey, message, signatures[signature]) != (signer == signature))
                Interlocked.Increment(ref wrong);
        });

        Assert.That(wrong, Is.Zero);
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex);
}
