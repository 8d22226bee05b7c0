using System.Runtime.InteropServices;

namespace SharedSequencer.Cryptography.Native;

/// <summary>The calls of libsodium that are used, and its one-time start.</summary>
internal static unsafe partial class Sodium
{
    private const string Library = "libsodium";

    // sodium_init chooses the fastest code for this processor; it is safe to call from several threads.
    static Sodium()
    {
        if (sodium_init() < 0)
            throw new InvalidOperationException("libsodium could not be started.");
    }

    /// <returns>0 when the signature is valid.</returns>
    [LibraryImport(Library)]
    public static partial int crypto_sign_verify_detached(byte* signature, byte* message, ulong length, byte* publicKey);

    /// <summary>Public key (32 bytes) and secret key (64 bytes: seed, then public key) of a seed of 32 bytes.</summary>
    [LibraryImport(Library)]
    public static partial int crypto_sign_seed_keypair(byte* publicKey, byte* secretKey, byte* seed);

    /// <param name="length">May be null: a signature has 64 bytes.</param>
    [LibraryImport(Library)]
    public static partial int crypto_sign_detached(byte* signature, ulong* length, byte* message, ulong messageLength, byte* secretKey);

    [LibraryImport(Library)]
    private static partial int sodium_init();
}
