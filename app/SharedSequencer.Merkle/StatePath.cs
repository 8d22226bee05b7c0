using System.Buffers.Binary;
using System.Numerics;
using SharedSequencer.Primitives;

namespace SharedSequencer.Merkle;

/// <summary>Bits of a path in a state tree, the most significant bit of the first byte being bit 0.</summary>
internal static class StatePath
{
    /// <summary>Bits in a path.</summary>
    public const int Bits = 8 * Hash256.Length;

    /// <summary>Bits of a path that an inner node keeps.</summary>
    public const int StartBits = 64;

    public static int Bit(in Hash256 path, int index) => (path.Span[index >> 3] >> (7 - (index & 7))) & 1;

    /// <summary>The first bit in which two paths differ; 256 when they are the same.</summary>
    public static int FirstDifference(in Hash256 left, in Hash256 right)
    {
        for (var i = 0; i < Hash256.Length; i += sizeof(ulong))
        {
            var difference = BinaryPrimitives.ReadUInt64BigEndian(left.Span[i..]) ^ BinaryPrimitives.ReadUInt64BigEndian(right.Span[i..]);
            if (difference != 0)
                return (i * 8) + BitOperations.LeadingZeroCount(difference);
        }

        return Bits;
    }

    /// <summary>The first bit in which a path differs from 64 bits; 64 when it begins with them.</summary>
    public static int FirstDifferenceOfStart(in Hash256 path, ulong start) =>
        BitOperations.LeadingZeroCount(BinaryPrimitives.ReadUInt64BigEndian(path.Span) ^ start);
}
