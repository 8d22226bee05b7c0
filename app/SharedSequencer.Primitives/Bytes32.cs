using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SharedSequencer.Primitives;

/// <summary>32 bytes held in place: the storage below <see cref="Hash256"/> and <see cref="AccountId"/>.</summary>
[InlineArray(Length)]
internal struct Bytes32 : IEquatable<Bytes32>, IComparable<Bytes32>
{
    public const int Length = 32;

    private static readonly uint[] s_hashKey = NewHashKey();

    private byte _first;

    public static Bytes32 From(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
            throw new ArgumentException($"32 bytes are needed, {bytes.Length} were given.", nameof(bytes));
        Unsafe.SkipInit(out Bytes32 value);
        bytes.CopyTo(MemoryMarshal.CreateSpan(ref value._first, Length));
        return value;
    }

    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Span => MemoryMarshal.CreateReadOnlySpan(in _first, Length);

    public readonly bool Equals(Bytes32 other) => Span.SequenceEqual(other.Span);

    public readonly override bool Equals(object? obj) => obj is Bytes32 other && Equals(other);

    /// <summary>
    /// NH, the universal hash of UMAC (RFC 4418), under a key of this process. Whoever sends a transaction chooses the
    /// accounts that it names: with a hash code that can be foretold, a block full of accounts of one code would turn
    /// every dictionary over them into a list. The order of a dictionary's items does not depend on hash codes.
    /// </summary>
    public readonly override int GetHashCode()
    {
        var words = MemoryMarshal.Cast<byte, uint>(Span);
        ulong sum = 0;
        unchecked
        {
            for (var i = 0; i < words.Length; i += 2)
                sum += (ulong)(words[i] + s_hashKey[i]) * (words[i + 1] + s_hashKey[i + 1]);
            return (int)(sum >> 32) ^ (int)sum;
        }
    }

    public readonly int CompareTo(Bytes32 other) => Span.SequenceCompareTo(other.Span);

#pragma warning disable RS0030 // Randomness: nothing that is agreed on depends on a hash code.
    private static uint[] NewHashKey()
    {
        var key = new uint[Length / sizeof(uint)];
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(key.AsSpan()));
        return key;
    }
#pragma warning restore RS0030
}
