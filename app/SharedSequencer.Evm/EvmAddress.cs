using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SharedSequencer.Cryptography;

namespace SharedSequencer.Evm;

/// <summary>An account of an EVM chain: 20 bytes, the end of Keccak-256 of a public key. Printed as 0x and 40 lower-case hex digits.</summary>
public readonly struct EvmAddress : IEquatable<EvmAddress>
{
    /// <summary>Bytes in an address.</summary>
    public const int Length = 20;

    private readonly Bytes _bytes;

    private EvmAddress(ReadOnlySpan<byte> bytes)
    {
        Unsafe.SkipInit(out _bytes);
        bytes.CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.As<Bytes, byte>(ref _bytes), Length));
    }

    /// <summary>20 zero bytes: nobody's account.</summary>
    public static EvmAddress Zero => default;

    /// <summary>The 20 bytes, without a copy.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Span => MemoryMarshal.CreateReadOnlySpan(in Unsafe.As<Bytes, byte>(ref Unsafe.AsRef(in _bytes)), Length);

    /// <summary>Takes 20 bytes as they are.</summary>
    /// <exception cref="ArgumentException">The span is not 20 bytes long.</exception>
    public static EvmAddress From(ReadOnlySpan<byte> bytes) => bytes.Length == Length
        ? new(bytes)
        : throw new ArgumentException($"20 bytes are needed, {bytes.Length} were given.", nameof(bytes));

    /// <summary>The account of a secret key.</summary>
    public static EvmAddress Of(SecretKey key) => OfPublicKey(EcdsaRecovery.UncompressedPublicKey(key));

    /// <summary>Reads 0x and 40 hex digits of either case; a checksum in the case (EIP-55) is not asked for.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out EvmAddress address)
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (text.Length == 2 + (Length * 2) && text.StartsWith("0x", StringComparison.Ordinal)
            && Convert.FromHexString(text[2..], bytes, out _, out _) == OperationStatus.Done)
        {
            address = new(bytes);
            return true;
        }

        address = default;
        return false;
    }

    /// <summary>Reads 0x and 40 hex digits of either case.</summary>
    /// <exception cref="FormatException">The text is something else.</exception>
    public static EvmAddress Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not an EVM address: 0x and 40 hex digits are needed.");

    /// <summary>The account of an uncompressed public key: 65 bytes, 04 ‖ x ‖ y.</summary>
    internal static EvmAddress OfPublicKey(ReadOnlySpan<byte> publicKey65) =>
        From(Keccak256.Of(publicKey65[1..]).Span[^Length..]);

    public byte[] ToArray() => Span.ToArray();

    public bool Equals(EvmAddress other) => Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => obj is EvmAddress other && Equals(other);

    public override int GetHashCode() => BinaryPrimitives.ReadInt32LittleEndian(Span[16..]);

    public override string ToString() => "0x" + Convert.ToHexStringLower(Span);

    public static bool operator ==(EvmAddress left, EvmAddress right) => left.Equals(right);

    public static bool operator !=(EvmAddress left, EvmAddress right) => !left.Equals(right);

    [InlineArray(Length)]
    private struct Bytes
    {
        private byte _first;
    }
}
