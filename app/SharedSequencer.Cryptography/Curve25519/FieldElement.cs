using System.Buffers.Binary;

namespace SharedSequencer.Cryptography.Curve25519;

/// <summary>
/// A number modulo 2^255 - 19, in five limbs of 51 bits. Not constant time: it only ever sees public data.
/// </summary>
/// <remarks>Between operations every limb is below 2^52, so that a sum of products fits 128 bits.</remarks>
internal readonly struct FieldElement
{
    /// <summary>Bytes of the encoding, least significant first.</summary>
    public const int Length = 32;

    private const int LimbBits = 51;
    private const ulong LimbMask = (1UL << LimbBits) - 1;

    // 4p, limb by limb: what a difference is raised by, so that no limb falls below zero.
    private const ulong FourTimesLowLimb = 4 * (LimbMask - 18);
    private const ulong FourTimesLimb = 4 * LimbMask;

    private readonly ulong _l0;
    private readonly ulong _l1;
    private readonly ulong _l2;
    private readonly ulong _l3;
    private readonly ulong _l4;

    private FieldElement(ulong l0, ulong l1, ulong l2, ulong l3, ulong l4)
    {
        unchecked
        {
            l1 += l0 >> LimbBits;
            l2 += l1 >> LimbBits;
            l3 += l2 >> LimbBits;
            l4 += l3 >> LimbBits;
            // 2^255 = 19.
            l0 = (l0 & LimbMask) + (19 * (l4 >> LimbBits));
            _l0 = l0 & LimbMask;
            _l1 = (l1 & LimbMask) + (l0 >> LimbBits);
            _l2 = l2 & LimbMask;
            _l3 = l3 & LimbMask;
            _l4 = l4 & LimbMask;
        }
    }

    public static FieldElement Zero => default;

    public static FieldElement One => new(1, 0, 0, 0, 0);

    public bool IsZero
    {
        get
        {
            Span<byte> bytes = stackalloc byte[Length];
            Write(bytes);
            return !bytes.ContainsAnyExcept((byte)0);
        }
    }

    /// <summary>The encoding's lowest bit: RFC 8032 tells a number from its negative by it.</summary>
    public bool IsOdd
    {
        get
        {
            Span<byte> bytes = stackalloc byte[Length];
            Write(bytes);
            return (bytes[0] & 1) != 0;
        }
    }

    /// <summary>Reads 255 bits; the highest bit of the last byte is passed over. A number of p or more is reduced.</summary>
    public static FieldElement Read(ReadOnlySpan<byte> bytes)
    {
        var w0 = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        var w1 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        var w2 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        var w3 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);
        return new FieldElement(
            w0 & LimbMask,
            ((w0 >> 51) | (w1 << 13)) & LimbMask,
            ((w1 >> 38) | (w2 << 26)) & LimbMask,
            ((w2 >> 25) | (w3 << 39)) & LimbMask,
            (w3 >> 12) & LimbMask);
    }

    /// <summary>Writes the one canonical encoding: the number below p.</summary>
    public void Write(Span<byte> bytes)
    {
        unchecked
        {
            // One more round of carries, then p is taken away once if the number is not below it.
            var exact = new FieldElement(_l0, _l1, _l2, _l3, _l4);
            var reach = (exact._l0 + 19) >> LimbBits;
            reach = (exact._l1 + reach) >> LimbBits;
            reach = (exact._l2 + reach) >> LimbBits;
            reach = (exact._l3 + reach) >> LimbBits;
            reach = (exact._l4 + reach) >> LimbBits;
            var l0 = exact._l0 + (19 * reach);
            var l1 = exact._l1 + (l0 >> LimbBits);
            var l2 = exact._l2 + (l1 >> LimbBits);
            var l3 = exact._l3 + (l2 >> LimbBits);
            var l4 = exact._l4 + (l3 >> LimbBits);
            l0 &= LimbMask;
            l1 &= LimbMask;
            l2 &= LimbMask;
            l3 &= LimbMask;
            l4 &= LimbMask;
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, l0 | (l1 << 51));
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], (l1 >> 13) | (l2 << 38));
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], (l2 >> 26) | (l3 << 25));
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], (l3 >> 39) | (l4 << 12));
        }
    }

    public FieldElement Square() => this * this;

    /// <summary>This to the power (p - 5) / 8 = 2^252 - 3, by which square roots are found.</summary>
    public FieldElement PowerForRoot()
    {
        // In binary all ones, but for bit 1.
        var result = this;
        for (var bit = 250; bit >= 0; bit--)
        {
            result = result.Square();
            if (bit != 1)
                result *= this;
        }

        return result;
    }

    public bool EqualTo(FieldElement other) => (this - other).IsZero;

    public static FieldElement operator +(FieldElement a, FieldElement b) =>
        unchecked(new(a._l0 + b._l0, a._l1 + b._l1, a._l2 + b._l2, a._l3 + b._l3, a._l4 + b._l4));

    public static FieldElement operator -(FieldElement a, FieldElement b) => unchecked(new(
        a._l0 + FourTimesLowLimb - b._l0,
        a._l1 + FourTimesLimb - b._l1,
        a._l2 + FourTimesLimb - b._l2,
        a._l3 + FourTimesLimb - b._l3,
        a._l4 + FourTimesLimb - b._l4));

    public static FieldElement operator -(FieldElement a) => Zero - a;

    public static FieldElement operator *(FieldElement a, FieldElement b)
    {
        unchecked
        {
            // What would stand at 2^255 and above comes round times 19.
            var b1 = 19 * b._l1;
            var b2 = 19 * b._l2;
            var b3 = 19 * b._l3;
            var b4 = 19 * b._l4;
            var r0 = Product(a._l0, b._l0) + Product(a._l1, b4) + Product(a._l2, b3) + Product(a._l3, b2) + Product(a._l4, b1);
            var r1 = Product(a._l0, b._l1) + Product(a._l1, b._l0) + Product(a._l2, b4) + Product(a._l3, b3) + Product(a._l4, b2);
            var r2 = Product(a._l0, b._l2) + Product(a._l1, b._l1) + Product(a._l2, b._l0) + Product(a._l3, b4) + Product(a._l4, b3);
            var r3 = Product(a._l0, b._l3) + Product(a._l1, b._l2) + Product(a._l2, b._l1) + Product(a._l3, b._l0) + Product(a._l4, b4);
            var r4 = Product(a._l0, b._l4) + Product(a._l1, b._l3) + Product(a._l2, b._l2) + Product(a._l3, b._l1) + Product(a._l4, b._l0);
            r1 += r0 >> LimbBits;
            r2 += r1 >> LimbBits;
            r3 += r2 >> LimbBits;
            r4 += r3 >> LimbBits;
            return new FieldElement(
                ((ulong)r0 & LimbMask) + (19 * (ulong)(r4 >> LimbBits)),
                (ulong)r1 & LimbMask,
                (ulong)r2 & LimbMask,
                (ulong)r3 & LimbMask,
                (ulong)r4 & LimbMask);
        }
    }

    private static UInt128 Product(ulong a, ulong b) => Math.BigMul(a, b);
}
