using System.Numerics;

namespace SharedSequencer.Bitcoin;

/// <summary>A proof-of-work target in the 4-byte form of a block header ("nBits"): base-256 exponent and 23-bit mantissa.</summary>
public readonly record struct CompactTarget(uint Bits)
{
    private static readonly BigInteger s_space = BigInteger.One << 256;

    /// <summary>The target as a number; false when it is zero, negative or over 256 bits.</summary>
    public bool TryGetTarget(out BigInteger target)
    {
        target = BigInteger.Zero;
        var exponent = (int)(Bits >> 24);
        var mantissa = Bits & 0x007fffff;
        if (mantissa == 0 || (Bits & 0x00800000) != 0)
            return false;
        target = exponent <= 3 ? mantissa >> (8 * (3 - exponent)) : (BigInteger)mantissa << (8 * (exponent - 3));
        return !target.IsZero && target < s_space;
    }

    /// <summary>The expected number of hashes that a block of this target takes: 2^256 ÷ (target + 1); 0 for a bad target.</summary>
    public BigInteger Work => TryGetTarget(out var target) ? s_space / (target + 1) : BigInteger.Zero;

    public override string ToString() => Bits.ToString("x8", System.Globalization.CultureInfo.InvariantCulture);
}
