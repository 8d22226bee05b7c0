using SharedSequencer.Cryptography.Native;

namespace SharedSequencer.Cryptography;

/// <summary>Ed25519 signatures (RFC 8032): the consensus keys of validators. Safe on every thread.</summary>
/// <remarks>
/// libsodium's rules are stricter than ZIP-215's, which CometBFT follows: it refuses keys and points of small order and
/// encodings that are not canonical. Every signature that an honest signer makes is judged alike by both; only
/// signatures made on purpose can be valid there and refused here.
/// </remarks>
public static unsafe class Ed25519
{
    /// <summary>Bytes in a public key.</summary>
    public const int PublicKeyLength = 32;

    /// <summary>Bytes in a signature.</summary>
    public const int SignatureLength = 64;

    /// <summary>
    /// Checks a signature. Anything that is not a valid key, signature and message together is false, never an exception.
    /// </summary>
    /// <param name="publicKey">32 bytes.</param>
    /// <param name="message">Any length.</param>
    /// <param name="signature">64 bytes.</param>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != PublicKeyLength || signature.Length != SignatureLength)
            return false;
        fixed (byte* key = publicKey, text = message, sig = signature)
            return Sodium.crypto_sign_verify_detached(sig, text, (ulong)message.Length, key) == 0;
    }
}
