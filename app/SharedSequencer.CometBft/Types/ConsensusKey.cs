using SharedSequencer.Cryptography;
using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.CometBft.Types;

/// <summary>A validator's public key: Ed25519, the only type this chain admits.</summary>
public sealed record ConsensusKey
{
    /// <summary>Bytes in a key.</summary>
    public const int Length = Ed25519.PublicKeyLength;

    private readonly HexBytes _bytes;

    private ConsensusKey(HexBytes bytes)
    {
        _bytes = bytes;
        Address = ValidatorAddress.Of(bytes.Span);
    }

    public ValidatorAddress Address { get; }

    public ReadOnlySpan<byte> Span => _bytes.Span;

    /// <summary>Takes 32 bytes as they are.</summary>
    /// <exception cref="ArgumentException">The span is not 32 bytes long.</exception>
    public static ConsensusKey From(ReadOnlySpan<byte> bytes) => bytes.Length == Length
        ? new(HexBytes.From(bytes))
        : throw new ArgumentException($"An Ed25519 key has 32 bytes, {bytes.Length} were given.", nameof(bytes));

    /// <summary>True when this key signed <paramref name="message"/>.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => Ed25519.Verify(Span, message, signature);

    public override string ToString() => _bytes.ToString();

    /// <summary>The bytes of tendermint.crypto.PublicKey.</summary>
    internal byte[] ToProto() => new WireWriter(34).Bytes(1, Span).ToArray();

    internal static ConsensusKey FromProto(ReadOnlySpan<byte> data)
    {
        var reader = new WireReader(data);
        if (reader.PeekField() is > 1 and var type)
            throw new FormatException($"public key: type {type} is not supported, only Ed25519 (1) is.");
        var key = reader.FixedBytes(1, Length);
        reader.EndOrThrow("public key");
        return From(key);
    }
}
