using SharedSequencer.Cryptography.Native;
using SharedSequencer.Primitives;

namespace SharedSequencer.Cryptography;

/// <summary>BIP 340 Schnorr signatures over secp256k1, 64 bytes. Safe on every thread.</summary>
public static unsafe class Schnorr
{
    /// <summary>Bytes in a signature.</summary>
    public const int SignatureLength = 64;

    /// <summary>
    /// Checks a signature. Anything that is not a valid key, signature and message together is false, never an exception.
    /// </summary>
    /// <param name="publicKey">The x-only key, 32 bytes.</param>
    /// <param name="message">Any length; this project signs 32-byte hashes only.</param>
    /// <param name="signature">64 bytes.</param>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != AccountId.Length || signature.Length != SignatureLength)
            return false;

        var parsed = stackalloc byte[Secp256k1.PublicKeySize];
        fixed (byte* key = publicKey, text = message, sig = signature)
        {
            return Secp256k1.xonly_pubkey_parse(Secp256k1.Context, parsed, key) == 1
                && Secp256k1.schnorrsig_verify(Secp256k1.Context, sig, text, (nuint)message.Length, parsed) == 1;
        }
    }

    /// <summary>Signs a 32-byte hash. Fresh randomness is mixed in, as BIP 340 advises; the signature is not deterministic.</summary>
    public static byte[] Sign(SecretKey key, Hash256 message)
    {
        Span<byte> auxiliary = stackalloc byte[32];
        System.Security.Cryptography.RandomNumberGenerator.Fill(auxiliary);
        return Sign(key, message, auxiliary);
    }

    /// <summary>Signs with the given 32 auxiliary bytes: for the BIP's vectors.</summary>
    internal static byte[] Sign(SecretKey key, Hash256 message, ReadOnlySpan<byte> auxiliary)
    {
        var signature = new byte[SignatureLength];
        Span<byte> keypair = stackalloc byte[Secp256k1.KeypairSize];
        key.CreateKeypair(keypair);
        fixed (byte* sig = signature, text = message.Span, pair = keypair, aux = auxiliary)
        {
            if (Secp256k1.schnorrsig_sign32(Secp256k1.Context, sig, text, pair, aux) != 1)
                throw new InvalidOperationException("libsecp256k1 refused to sign.");
        }

        keypair.Clear();
        return signature;
    }
}
