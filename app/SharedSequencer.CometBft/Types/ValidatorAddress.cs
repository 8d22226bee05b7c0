using SharedSequencer.Primitives;

namespace SharedSequencer.CometBft.Types;

/// <summary>The first 20 bytes of SHA-256 of a validator's public key, printed as upper-case hex.</summary>
public readonly record struct ValidatorAddress : IComparable<ValidatorAddress>
{
    /// <summary>Bytes in an address.</summary>
    public const int Length = 20;

    private readonly HexBytes _bytes;

    private ValidatorAddress(HexBytes bytes) => _bytes = bytes;

    public ReadOnlySpan<byte> Span => _bytes.Span;

    /// <summary>Takes 20 bytes as they are.</summary>
    /// <exception cref="ArgumentException">The span is not 20 bytes long.</exception>
    public static ValidatorAddress From(ReadOnlySpan<byte> bytes) => bytes.Length == Length
        ? new(HexBytes.From(bytes))
        : throw new ArgumentException($"20 bytes are needed, {bytes.Length} were given.", nameof(bytes));

    internal static ValidatorAddress Of(ReadOnlySpan<byte> publicKey) => From(Hash256.Of(publicKey).Span[..Length]);

    public int CompareTo(ValidatorAddress other) => Span.SequenceCompareTo(other.Span);

    public override string ToString() => _bytes.ToString();
}
