using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using SharedSequencer.Primitives;

namespace SharedSequencer.Bitcoin;

/// <summary>
/// A Bitcoin txid, wtxid, block hash or Merkle node: double SHA-256. Held in the order of the bytes on the wire;
/// its text is 64 hex digits in reversed order, as every Bitcoin program prints it.
/// </summary>
public readonly struct BitcoinHash : IEquatable<BitcoinHash>, IComparable<BitcoinHash>
{
    /// <summary>Bytes in a hash.</summary>
    public const int Length = Hash256.Length;

    private readonly Hash256 _wire;

    private BitcoinHash(Hash256 wire) => _wire = wire;

    /// <summary>32 zero bytes: the previous output of a coinbase, and the parent of the genesis block.</summary>
    public static BitcoinHash Zero => default;

    /// <summary>The 32 bytes in wire order, without a copy.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Span => _wire.Span;

    /// <summary>Takes 32 bytes in wire order.</summary>
    /// <exception cref="ArgumentException">The span is not 32 bytes long.</exception>
    public static BitcoinHash From(ReadOnlySpan<byte> wire) => new(Hash256.From(wire));

    /// <summary>SHA-256(SHA-256(<paramref name="data"/>)).</summary>
    public static BitcoinHash Of(ReadOnlySpan<byte> data)
    {
        Span<byte> digest = stackalloc byte[Length];
        SHA256.HashData(data, digest);
        return new(Hash256.Of(digest));
    }

    /// <summary>The hash of two nodes of a Merkle tree, in this order.</summary>
    public static BitcoinHash OfPair(BitcoinHash left, BitcoinHash right)
    {
        Span<byte> pair = stackalloc byte[2 * Length];
        left.Span.CopyTo(pair);
        right.Span.CopyTo(pair[Length..]);
        return Of(pair);
    }

    /// <summary>Reads 64 hex digits in the printed (reversed) order.</summary>
    public static bool TryParse(ReadOnlySpan<char> hex, out BitcoinHash hash)
    {
        hash = default;
        if (!Hash256.TryParse(hex, out var printed))
            return false;
        Span<byte> bytes = stackalloc byte[Length];
        printed.Span.CopyTo(bytes);
        bytes.Reverse();
        hash = From(bytes);
        return true;
    }

    /// <summary>Reads 64 hex digits in the printed (reversed) order.</summary>
    /// <exception cref="FormatException">The text is not 64 hex digits.</exception>
    public static BitcoinHash Parse(ReadOnlySpan<char> hex) =>
        TryParse(hex, out var hash) ? hash : throw new FormatException($"'{hex}' is not a Bitcoin hash: 64 hex digits are needed.");

    public bool Equals(BitcoinHash other) => _wire.Equals(other._wire);

    public override bool Equals(object? obj) => obj is BitcoinHash other && Equals(other);

    /// <summary>The first wire bytes: the last ones are zeros in every block hash.</summary>
    public override int GetHashCode() => BitConverter.ToInt32(Span[..4]);

    public int CompareTo(BitcoinHash other) => _wire.CompareTo(other._wire);

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        Span.CopyTo(bytes);
        bytes.Reverse();
        return Convert.ToHexStringLower(bytes);
    }

    public static bool operator ==(BitcoinHash left, BitcoinHash right) => left.Equals(right);

    public static bool operator !=(BitcoinHash left, BitcoinHash right) => !left.Equals(right);
}
