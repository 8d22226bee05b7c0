using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace SharedSequencer.Primitives;

/// <summary>A SHA-256 digest. Ordered as big-endian bytes; printed as 64 lower-case hex digits.</summary>
public readonly struct Hash256 : IEquatable<Hash256>, IComparable<Hash256>
{
    /// <summary>Bytes in a digest.</summary>
    public const int Length = 32;

    private readonly Bytes32 _bytes;

    private Hash256(Bytes32 bytes) => _bytes = bytes;

    /// <summary>32 zero bytes.</summary>
    public static Hash256 Zero => default;

    /// <summary>The 32 bytes, without a copy.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Span => _bytes.Span;

    /// <summary>Takes 32 bytes as they are.</summary>
    /// <exception cref="ArgumentException">The span is not 32 bytes long.</exception>
    public static Hash256 From(ReadOnlySpan<byte> bytes) => new(Bytes32.From(bytes));

    /// <summary>SHA-256 of <paramref name="data"/>.</summary>
    public static Hash256 Of(ReadOnlySpan<byte> data)
    {
        Span<byte> digest = stackalloc byte[Length];
        SHA256.HashData(data, digest);
        return From(digest);
    }

    /// <summary>Reads 64 hex digits, of either case.</summary>
    public static bool TryParse(ReadOnlySpan<char> hex, out Hash256 hash)
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (!Hex.TryDecode(hex, bytes))
        {
            hash = default;
            return false;
        }

        hash = From(bytes);
        return true;
    }

    /// <summary>Reads 64 hex digits, of either case.</summary>
    /// <exception cref="FormatException">The text is not 64 hex digits.</exception>
    public static Hash256 Parse(ReadOnlySpan<char> hex) =>
        TryParse(hex, out var hash) ? hash : throw new FormatException($"'{hex}' is not a hash: 64 hex digits are needed.");

    public byte[] ToArray() => Span.ToArray();

    public bool Equals(Hash256 other) => _bytes.Equals(other._bytes);

    public override bool Equals(object? obj) => obj is Hash256 other && Equals(other);

    public override int GetHashCode() => _bytes.GetHashCode();

    public int CompareTo(Hash256 other) => _bytes.CompareTo(other._bytes);

    public override string ToString() => Convert.ToHexStringLower(Span);

    public static bool operator ==(Hash256 left, Hash256 right) => left.Equals(right);

    public static bool operator !=(Hash256 left, Hash256 right) => !left.Equals(right);
}
