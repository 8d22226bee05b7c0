using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SharedSequencer.Primitives;

/// <summary>32 bytes held in place: the storage below <see cref="Hash256"/> and <see cref="AccountId"/>.</summary>
[InlineArray(Length)]
internal struct Bytes32 : IEquatable<Bytes32>, IComparable<Bytes32>
{
    public const int Length = 32;

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

    /// <summary>The last four bytes: the same in every process, spread evenly for hashes and keys.</summary>
    public readonly override int GetHashCode() => BinaryPrimitives.ReadInt32LittleEndian(Span[28..]);

    public readonly int CompareTo(Bytes32 other) => Span.SequenceCompareTo(other.Span);
}
