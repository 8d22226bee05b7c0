using SharedSequencer.Cryptography.Native;

namespace SharedSequencer.Cryptography;

/// <summary>ECDSA signatures from which the key can be recovered, as Ethereum uses them (r ‖ s, 64 bytes, and an id 0 to 3).</summary>
public static unsafe class EcdsaRecovery
{
    /// <summary>Bytes in r ‖ s.</summary>
    public const int SignatureLength = 64;

    /// <summary>Recovers the uncompressed public key (65 bytes, 04 ‖ x ‖ y). High s is not refused here.</summary>
    public static bool TryRecover(ReadOnlySpan<byte> hash32, ReadOnlySpan<byte> signature64, int recoveryId, Span<byte> publicKey65)
    {
        if (hash32.Length != 32 || signature64.Length != SignatureLength || recoveryId is < 0 or > 3 || publicKey65.Length != 65)
            return false;

        var parsed = stackalloc byte[Secp256k1.RecoverableSignatureSize];
        var publicKey = stackalloc byte[Secp256k1.PublicKeySize];
        nuint length = 65;
        fixed (byte* hash = hash32, signature = signature64, output = publicKey65)
        {
            return Secp256k1.ecdsa_recoverable_signature_parse_compact(Secp256k1.Context, parsed, signature, recoveryId) == 1
                && Secp256k1.ecdsa_recover(Secp256k1.Context, publicKey, parsed, hash) == 1
                && Secp256k1.ec_pubkey_serialize(Secp256k1.Context, output, &length, publicKey, Secp256k1.Uncompressed) == 1;
        }
    }

    /// <summary>Signs a 32-byte hash (RFC 6979, low s). Returns the recovery id.</summary>
    public static int Sign(ReadOnlySpan<byte> hash32, SecretKey key, Span<byte> signature64)
    {
        if (hash32.Length != 32 || signature64.Length != SignatureLength)
            throw new ArgumentException("A 32-byte hash and room for 64 bytes are needed.");

        var recoverable = stackalloc byte[Secp256k1.RecoverableSignatureSize];
        var recoveryId = 0;
        fixed (byte* hash = hash32, secret = key.Span, output = signature64)
        {
            if (Secp256k1.ecdsa_sign_recoverable(Secp256k1.Context, recoverable, hash, secret, 0, 0) != 1)
                throw new InvalidOperationException("libsecp256k1 refused to sign.");
            _ = Secp256k1.ecdsa_recoverable_signature_serialize_compact(Secp256k1.Context, output, &recoveryId, recoverable);
        }

        return recoveryId;
    }

    /// <summary>The uncompressed public key (65 bytes, 04 ‖ x ‖ y) of a secret key.</summary>
    public static byte[] UncompressedPublicKey(SecretKey key)
    {
        var output = new byte[65];
        var publicKey = stackalloc byte[Secp256k1.PublicKeySize];
        nuint length = 65;
        fixed (byte* secret = key.Span, target = output)
        {
            _ = Secp256k1.ec_pubkey_create(Secp256k1.Context, publicKey, secret);
            _ = Secp256k1.ec_pubkey_serialize(Secp256k1.Context, target, &length, publicKey, Secp256k1.Uncompressed);
        }

        return output;
    }
}
