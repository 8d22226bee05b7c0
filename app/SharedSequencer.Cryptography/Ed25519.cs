using SharedSequencer.Cryptography.Curve25519;
using SharedSequencer.Cryptography.Native;

namespace SharedSequencer.Cryptography;

/// <summary>
/// Ed25519 signatures (RFC 8032) as CometBFT judges them, by ZIP-215: the consensus keys of validators. Secret keys are
/// CometBFT's own, but for the embedded engine's. Safe on every thread.
/// </summary>
/// <remarks>
/// All that libsodium accepts is valid by ZIP-215 too. It refuses more: keys and points of small order, encodings that
/// are not canonical, points that differ by a small order. No honest signer makes those, but one that does would split
/// those who check by other rules: so what libsodium refuses is judged again by our own, slower code.
/// </remarks>
public static unsafe class Ed25519
{
    /// <summary>Bytes in a public key.</summary>
    public const int PublicKeyLength = 32;

    /// <summary>Bytes in a signature.</summary>
    public const int SignatureLength = 64;

    /// <summary>Bytes in a secret key as key files hold it: the seed (32 bytes), then its public key.</summary>
    public const int SecretKeyLength = 64;

    /// <summary>Bytes in a seed.</summary>
    public const int SeedLength = 32;

    /// <summary>The secret key of a seed of 32 bytes.</summary>
    /// <exception cref="ArgumentException">The seed has another length.</exception>
    public static byte[] SecretKeyOf(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedLength)
            throw new ArgumentException($"A seed has {SeedLength} bytes, {seed.Length} were given.", nameof(seed));
        var secret = new byte[SecretKeyLength];
        var publicKey = stackalloc byte[PublicKeyLength];
        fixed (byte* from = seed, to = secret)
        {
            if (Sodium.crypto_sign_seed_keypair(publicKey, to, from) != 0)
                throw new InvalidOperationException("libsodium made no key of the seed.");
        }

        return secret;
    }

    /// <summary>Signs a message of any length.</summary>
    /// <param name="secretKey">64 bytes, whose two halves belong together.</param>
    /// <exception cref="ArgumentException">The key has another length.</exception>
    public static byte[] Sign(ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> message)
    {
        if (secretKey.Length != SecretKeyLength)
            throw new ArgumentException($"A secret key has {SecretKeyLength} bytes, {secretKey.Length} were given.", nameof(secretKey));
        var signature = new byte[SignatureLength];
        fixed (byte* to = signature, text = message, key = secretKey)
        {
            if (Sodium.crypto_sign_detached(to, null, text, (ulong)message.Length, key) != 0)
                throw new InvalidOperationException("libsodium did not sign.");
        }

        return signature;
    }

    /// <summary>
    /// Checks a signature. Anything that is not a valid key, signature and message together is false, never an exception.
    /// </summary>
    /// <param name="publicKey">32 bytes.</param>
    /// <param name="message">Any length.</param>
    /// <param name="signature">64 bytes.</param>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        publicKey.Length == PublicKeyLength
        && signature.Length == SignatureLength
        && (VerifyStrictly(publicKey, message, signature) || CofactoredCheck.Verify(publicKey, message, signature));

    /// <summary>By libsodium's rules alone. The lengths are right already.</summary>
    internal static bool VerifyStrictly(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        fixed (byte* key = publicKey, text = message, sig = signature)
            return Sodium.crypto_sign_verify_detached(sig, text, (ulong)message.Length, key) == 0;
    }
}
