using SharedSequencer.Cryptography;
using SharedSequencer.Primitives;
using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.Protocol.Transactions;

/// <summary>
/// A transaction whose bytes are canonical. Wire form: <c>sequencer.v1.SignedTransaction</c> in
/// <c>app/SharedSequencer.Api/Protos</c>. The signature is checked by <see cref="HasValidSignature"/> alone.
/// </summary>
public sealed class SignedTransaction
{
    private static readonly TaggedHash s_signatureHash = new("sharedsequencer/tx/v1");

    private readonly ReadOnlyMemory<byte> _bodyBytes;
    private readonly ReadOnlyMemory<byte> _signature;

    private SignedTransaction(
        ReadOnlyMemory<byte> raw, Hash256 id, ReadOnlyMemory<byte> bodyBytes, ReadOnlyMemory<byte> signature, AccountId sender, TransactionBody body)
    {
        Raw = raw;
        _bodyBytes = bodyBytes;
        _signature = signature;
        Sender = sender;
        Body = body;
        Id = id;
    }

    /// <summary>SHA-256 of the raw bytes: CometBFT's hash of the transaction.</summary>
    public Hash256 Id { get; }

    /// <summary>The bytes as they stand in a block.</summary>
    public ReadOnlyMemory<byte> Raw { get; }

    public AccountId Sender { get; }

    public TransactionBody Body { get; }

    /// <summary>Reads a transaction; refuses every encoding but the canonical one.</summary>
    /// <param name="raw">Kept, not copied: the caller must not change it.</param>
    /// <param name="error">What is wrong, for a person.</param>
    public static bool TryDecode(ReadOnlyMemory<byte> raw, out SignedTransaction transaction, out string error) =>
        TryDecode(raw, null, out transaction, out error);

    /// <summary>As above, for a caller that has hashed the bytes already.</summary>
    /// <param name="id">SHA-256 of <paramref name="raw"/>; computed when null.</param>
    public static bool TryDecode(ReadOnlyMemory<byte> raw, Hash256? id, out SignedTransaction transaction, out string error)
    {
        transaction = null!;
        if (raw.Length > Limits.TransactionBytes)
        {
            error = $"The transaction has {raw.Length} bytes; at most {Limits.TransactionBytes} are allowed.";
            return false;
        }

        var reader = new WireReader(raw.Span);
        var body = reader.Bytes(1);
        var publicKey = reader.FixedBytes(2, AccountId.Length);
        var signature = reader.FixedBytes(3, Schnorr.SignatureLength);
        if (!reader.End())
        {
            error = $"The bytes are no signed transaction: {reader.Error}.";
            return false;
        }

        var bodyBytes = SliceOf(raw, body);
        if (!TransactionCodec.TryDecodeBody(bodyBytes, out var decoded, out error))
            return false;

        transaction = new SignedTransaction(
            raw, id ?? Hash256.Of(raw.Span), bodyBytes, SliceOf(raw, signature), AccountId.From(publicKey), decoded);
        return true;
    }

    /// <summary>Encodes and signs a body.</summary>
    public static SignedTransaction Sign(TransactionBody body, SecretKey key)
    {
        var bodyBytes = TransactionCodec.EncodeBody(body);
        var signature = Schnorr.Sign(key, s_signatureHash.Of(bodyBytes));
        var raw = new WireWriter(bodyBytes.Length + 112)
            .Bytes(1, bodyBytes)
            .Bytes(2, key.PublicKey.Span)
            .Bytes(3, signature)
            .ToArray();
        return TryDecode(raw, out var transaction, out var error)
            ? transaction
            : throw new ArgumentException($"This body cannot be a transaction: {error}", nameof(body));
    }

    /// <summary>Verifies the BIP 340 signature: about 50 µs, safe on every thread.</summary>
    public bool HasValidSignature() => Schnorr.Verify(Sender.Span, SignedHash.Span, _signature.Span);

    /// <summary>The same, sooner for a key that was met before.</summary>
    public bool HasValidSignature(KnownKeys keys) => keys.Verify(Sender, SignedHash, _signature.Span);

    private Hash256 SignedHash => s_signatureHash.Of(_bodyBytes.Span);

    private static ReadOnlyMemory<byte> SliceOf(ReadOnlyMemory<byte> whole, ReadOnlySpan<byte> part) =>
        whole.Span.Overlaps(part, out var offset) ? whole.Slice(offset, part.Length) : default;
}
