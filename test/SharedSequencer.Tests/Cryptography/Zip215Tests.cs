using System.Numerics;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using SharedSequencer.Cryptography;
using SharedSequencer.Cryptography.Curve25519;

namespace SharedSequencer.Tests.Cryptography;

/// <summary>
/// ZIP-215 by its own definition: all pairs of the 14 encodings of the 8 points of small order, points of mixed order,
/// and what stays refused. Against libsodium where both judge alike.
/// </summary>
internal sealed class Zip215Tests
{
    private static readonly BigInteger s_p = BigInteger.Pow(2, 255) - 19;

    /// <summary>The y of the points of order 8, from the curve's equation: no code of ours made it.</summary>
    private const string YOfOrderEight = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05";

    private static readonly byte[][] s_smallOrder = [.. SmallOrderEncodings()];

    [Test]
    public void All_196_pairs_of_small_order_encodings_with_s_zero_are_valid_for_any_message()
    {
        Assert.That(s_smallOrder.Select(Convert.ToHexStringLower).Distinct().Count(), Is.EqualTo(14));
        var strict = 0;
        foreach (var a in s_smallOrder)
        {
            foreach (var r in s_smallOrder)
            {
                byte[] signature = [.. r, .. new byte[32]];
                var pair = $"A {Convert.ToHexStringLower(a)}, R {Convert.ToHexStringLower(r)}";
                Assert.That(Ed25519.Verify(a, "Zcash"u8, signature), Is.True, pair);
                Assert.That(Ed25519.Verify(a, "another message"u8, signature), Is.True, pair);
                strict += Ed25519.VerifyStrictly(a, "Zcash"u8, signature) ? 1 : 0;
            }
        }

        Assert.That(strict, Is.Zero, "libsodium refuses them: what is tested here is our own check");
    }

    [Test]
    public void The_small_order_points_are_of_small_order_and_eight_of_them()
    {
        HashSet<string> points = [];
        foreach (var encoding in s_smallOrder)
        {
            Assert.That(EdwardsPoint.TryDecode(encoding, out var point), Is.True);
            Assert.That(point.Double().Double().Double().IsIdentity);
            points.Add(Convert.ToHexStringLower(point.Encode()));
        }

        Assert.That(points, Has.Count.EqualTo(8));
    }

    [Test]
    public void A_small_order_part_in_key_or_nonce_point_does_not_matter_and_libsodium_refuses_it()
    {
        var random = new Random(215);
        var message = "a vote"u8.ToArray();
        foreach (var small in s_smallOrder)
        {
            EdwardsPoint.TryDecode(small, out var torsion);
            var (a, r) = (Scalar(random), Scalar(random));
            foreach (var (inKey, inNonce) in new[] { (true, false), (false, true), (true, true) })
            {
                var key = (inKey ? Multiple(a) + torsion : Multiple(a)).Encode();
                var nonce = (inNonce ? Multiple(r) + torsion : Multiple(r)).Encode();
                var signature = Sign(nonce, r, key, a, message);

                Assert.That(Ed25519.Verify(key, message, signature), Is.True);
                Assert.That(Ed25519.Verify(key, "another"u8, signature), Is.False);
                // With a part in both, the two can cancel.
                if (!torsion.IsIdentity && inNonce && !inKey)
                    Assert.That(Ed25519.VerifyStrictly(key, message, signature), Is.False, "without the cofactor it does not hold");
            }
        }
    }

    [Test]
    public void A_key_or_nonce_point_outside_the_curve_is_refused()
    {
        var count = 0;
        for (byte y = 2; y < 40; y++)
        {
            byte[] encoding = [y, .. new byte[31]];
            if (EdwardsPoint.TryDecode(encoding, out _))
                continue;
            Assert.That(IsOnCurve(y), Is.False);
            Assert.That(Ed25519.Verify(encoding, [], [.. s_smallOrder[0], .. new byte[32]]), Is.False);
            Assert.That(Ed25519.Verify(s_smallOrder[0], [], [.. encoding, .. new byte[32]]), Is.False);
            count++;
        }

        Assert.That(count, Is.InRange(10, 30), "about half of all y have no x");
    }

    [Test]
    public void A_number_s_of_L_or_more_is_refused_though_the_equation_holds()
    {
        var key = s_smallOrder[0];
        foreach (var s in new[] { CofactoredCheck.Order, CofactoredCheck.Order * 2, (CofactoredCheck.Order * 15) })
            Assert.That(Ed25519.Verify(key, "m"u8, [.. key, .. Bytes(s)]), Is.False);

        var (secret, honest) = KeyPair(3);
        var signature = SignHonestly(secret, "m"u8.ToArray());
        var s0 = new BigInteger(signature.AsSpan(32), isUnsigned: true);
        Assert.That(Ed25519.Verify(honest, "m"u8, signature), Is.True);
        Assert.That(Ed25519.Verify(honest, "m"u8, [.. signature[..32], .. Bytes(s0 + CofactoredCheck.Order)]), Is.False);
    }

    [TestCase(31, 64)]
    [TestCase(33, 64)]
    [TestCase(0, 64)]
    [TestCase(32, 63)]
    [TestCase(32, 65)]
    [TestCase(32, 0)]
    public void Other_lengths_are_refused(int key, int signature) =>
        Assert.That(Ed25519.Verify(new byte[key], "m"u8, new byte[signature]), Is.False);

    [FsCheck.NUnit.Property(MaxTest = 200)]
    public Property An_honest_signature_is_judged_as_libsodium_judges_it_and_one_changed_bit_is_refused() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).Zip(Gen.Choose(0, 511)).ToArbitrary(),
        input =>
        {
            var random = new Random(input.Item1);
            var message = new byte[random.Next(300)];
            random.NextBytes(message);
            var (secret, key) = KeyPair(input.Item1);
            var signature = SignHonestly(secret, message);
            var changed = signature.ToArray();
            changed[input.Item2 / 8] ^= (byte)(1 << (input.Item2 % 8));
            return CofactoredCheck.Verify(key, message, signature)
                && Ed25519.VerifyStrictly(key, message, signature)
                && !CofactoredCheck.Verify(key, message, changed)
                && !Ed25519.Verify(key, message, changed)
                && !Ed25519.Verify(key, [.. message, 0], signature);
        });

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public Property Field_arithmetic_is_that_of_numbers_modulo_p() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ToArbitrary(),
        seed =>
        {
            var random = new Random(seed);
            var (x, y) = (Extreme(random), Extreme(random));
            var (a, b) = (FieldElement.Read(Bytes(x)), FieldElement.Read(Bytes(y)));
            return Value(a + b) == (x + y) % s_p
                && Value(a - b) == (x - y + (2 * s_p)) % s_p
                && Value(a * b) == x * y % s_p
                && Value(-a) == ((2 * s_p) - x) % s_p
                && Value((a + b) * (a - b)) == (x + y) * (x - y + (2 * s_p)) % s_p
                && Value(a.PowerForRoot()) == BigInteger.ModPow(x, (s_p - 5) / 8, s_p)
                && a.IsZero == (x % s_p == 0)
                && a.IsOdd == !(x % s_p).IsEven;
        });

    [FsCheck.NUnit.Property(MaxTest = 50)]
    public Property Points_form_the_group_that_the_curve_says() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ToArbitrary(),
        seed =>
        {
            var random = new Random(seed);
            var (a, b) = (Scalar(random), Scalar(random));
            var (p, q) = (Multiple(a), Multiple(b));
            return IsSame(p + q, Multiple((a + b) % CofactoredCheck.Order))
                && IsSame(p + p, p.Double())
                && (p + -p).IsIdentity
                && IsSame(p + EdwardsPoint.Identity, p)
                && EdwardsPoint.TryDecode(p.Encode(), out var again) && IsSame(again, p)
                && IsSame(EdwardsPoint.SumOfMultiples(Bytes(a), EdwardsPoint.Generator, Bytes(b), p), p + Multiple(b * a % CofactoredCheck.Order));
        });

    [Test]
    public void The_generator_has_the_order_L()
    {
        Assert.That(Multiple(CofactoredCheck.Order).IsIdentity);
        Assert.That(Multiple(CofactoredCheck.Order - 1).IsIdentity, Is.False);
        Assert.That(Convert.ToHexStringLower(EdwardsPoint.Generator.Encode()), Is.EqualTo("58" + string.Concat(Enumerable.Repeat("66", 31))));
    }

    /// <summary>Of order 1, 2, 4, 4, 8, 8, 8, 8; then what ZIP-215 takes for them too: a sign where x is 0, and y + p below 2^255.</summary>
    private static IEnumerable<byte[]> SmallOrderEncodings()
    {
        var eight = new BigInteger(Convert.FromHexString(YOfOrderEight), isUnsigned: true);
        foreach (var y in new[] { BigInteger.One, s_p - 1, BigInteger.Zero, eight, s_p - eight, s_p, s_p + 1 })
        {
            yield return Bytes(y);
            yield return Bytes(y + BigInteger.Pow(2, 255));
        }
    }

    private static bool IsOnCurve(BigInteger y)
    {
        var d = s_p - (121665 * BigInteger.ModPow(121666, s_p - 2, s_p) % s_p);
        var square = (((y * y) - 1 + s_p) % s_p) * BigInteger.ModPow(((d * y * y) + 1) % s_p, s_p - 2, s_p) % s_p;
        return square.IsZero || BigInteger.ModPow(square, (s_p - 1) / 2, s_p).IsOne;
    }

    /// <summary>Often near 0, p or 2^255, where carries go wrong.</summary>
    private static BigInteger Extreme(Random random)
    {
        var any = new byte[32];
        random.NextBytes(any);
        any[31] &= 0x7f;
        var small = random.Next(40);
        return random.Next(5) switch
        {
            0 => small,
            1 => s_p - small,
            2 => BigInteger.Min(s_p + small, BigInteger.Pow(2, 255) - 1),
            3 => (BigInteger.One << random.Next(255)) - 1,
            _ => new BigInteger(any, isUnsigned: true),
        };
    }

    private static BigInteger Value(FieldElement element)
    {
        var bytes = new byte[32];
        element.Write(bytes);
        return new BigInteger(bytes, isUnsigned: true);
    }

    private static bool IsSame(EdwardsPoint left, EdwardsPoint right) => left.Encode().AsSpan().SequenceEqual(right.Encode());

    private static BigInteger Scalar(Random random)
    {
        var bytes = new byte[40];
        random.NextBytes(bytes);
        return new BigInteger(bytes, isUnsigned: true) % CofactoredCheck.Order;
    }

    private static EdwardsPoint Multiple(BigInteger scalar) =>
        EdwardsPoint.SumOfMultiples(Bytes(scalar), EdwardsPoint.Generator, new byte[32], EdwardsPoint.Identity);

    private static byte[] Sign(byte[] nonce, BigInteger r, byte[] key, BigInteger a, byte[] message)
    {
        var k = new BigInteger(SHA512.HashData([.. nonce, .. key, .. message]), isUnsigned: true) % CofactoredCheck.Order;
        return [.. nonce, .. Bytes((r + (k * a)) % CofactoredCheck.Order)];
    }

    private static (byte[] Secret, byte[] Public) KeyPair(int seed)
    {
        var secret = SHA256.HashData(BitConverter.GetBytes(seed));
        var key = new byte[32];
        Org.BouncyCastle.Math.EC.Rfc8032.Ed25519.GeneratePublicKey(secret, 0, key, 0);
        return (secret, key);
    }

    private static byte[] SignHonestly(byte[] secret, byte[] message)
    {
        var signature = new byte[64];
        Org.BouncyCastle.Math.EC.Rfc8032.Ed25519.Sign(secret, 0, message, 0, message.Length, signature, 0);
        return signature;
    }

    private static byte[] Bytes(BigInteger value)
    {
        var bytes = new byte[32];
        return value.TryWriteBytes(bytes, out _, isUnsigned: true) ? bytes : throw new ArgumentException($"{value} has more than 256 bits.");
    }
}
