using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SharedSequencer.Evm;

/// <summary>32 bytes as Ethereum writes them: a block's or transaction's Keccak-256, a storage key. Printed as 0x and 64 lower-case hex digits.</summary>
public readonly struct EvmHash : IEquatable<EvmHash>
{
    /// <summary>Bytes in a hash.</summary>
    public const int Length = 32;

    private readonly Bytes _bytes;

    private EvmHash(ReadOnlySpan<byte> bytes)
    {
        Unsafe.SkipInit(out _bytes);
        bytes.CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.As<Bytes, byte>(ref _bytes), Length));
    }

    /// <summary>32 zero bytes: the Engine API's "none".</summary>
    public static EvmHash Zero => default;

    /// <summary>The 32 bytes, without a copy.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Span => MemoryMarshal.CreateReadOnlySpan(in Unsafe.As<Bytes, byte>(ref Unsafe.AsRef(in _bytes)), Length);

    /// <summary>Takes 32 bytes as they are.</summary>
    /// <exception cref="ArgumentException">The span is not 32 bytes long.</exception>
    public static EvmHash From(ReadOnlySpan<byte> bytes) => bytes.Length == Length
        ? new(bytes)
        : throw new ArgumentException($"32 bytes are needed, {bytes.Length} were given.", nameof(bytes));

    /// <summary>Reads 0x and 64 hex digits of either case.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out EvmHash hash)
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (text.Length == 2 + (Length * 2) && text.StartsWith("0x", StringComparison.Ordinal)
            && Convert.FromHexString(text[2..], bytes, out _, out _) == OperationStatus.Done)
        {
            hash = new(bytes);
            return true;
        }

        hash = default;
        return false;
    }

    /// <summary>Reads 0x and 64 hex digits of either case.</summary>
    /// <exception cref="FormatException">The text is something else.</exception>
    public static EvmHash Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var hash) ? hash : throw new FormatException($"'{text}' is not an EVM hash: 0x and 64 hex digits are needed.");

    public byte[] ToArray() => Span.ToArray();

    public bool Equals(EvmHash other) => Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => obj is EvmHash other && Equals(other);

    public override int GetHashCode() => BinaryPrimitives.ReadInt32LittleEndian(Span[28..]);

    public override string ToString() => "0x" + Convert.ToHexStringLower(Span);

    public static bool operator ==(EvmHash left, EvmHash right) => left.Equals(right);

    public static bool operator !=(EvmHash left, EvmHash right) => !left.Equals(right);

    [InlineArray(Length)]
    private struct Bytes
    {
        private byte _first;
    }
}
