using SharedSequencer.Cryptography.Native;
using SharedSequencer.Primitives;

namespace SharedSequencer.Cryptography;

/// <summary>BIP 341's output keys: an internal key tweaked by the hash of itself and of the script tree's root.</summary>
public static unsafe class TaprootKeys
{
    private static readonly TaggedHash s_tweak = new("TapTweak");

    /// <summary>The output key, x-only, and the parity of its y coordinate.</summary>
    /// <param name="merkleRoot">The script tree's root; null for a key-path-only output.</param>
    /// <exception cref="FormatException">The internal key is not on the curve.</exception>
    public static (AccountId OutputKey, int Parity) TweakPublic(AccountId internalKey, Hash256? merkleRoot)
    {
        var tweak = Tweak(internalKey, merkleRoot);
        var parsed = stackalloc byte[Secp256k1.PublicKeySize];
        var tweaked = stackalloc byte[Secp256k1.PublicKeySize];
        var xonly = stackalloc byte[Secp256k1.PublicKeySize];
        var parity = 0;
        Span<byte> serialized = stackalloc byte[AccountId.Length];
        fixed (byte* key = internalKey.Span, t = tweak.Span, output = serialized)
        {
            if (Secp256k1.xonly_pubkey_parse(Secp256k1.Context, parsed, key) != 1
                || Secp256k1.xonly_pubkey_tweak_add(Secp256k1.Context, tweaked, parsed, t) != 1)
            {
                throw new FormatException($"{Convert.ToHexStringLower(internalKey.Span)} is not an x-only public key.");
            }

            _ = Secp256k1.xonly_pubkey_from_pubkey(Secp256k1.Context, xonly, &parity, tweaked);
            _ = Secp256k1.xonly_pubkey_serialize(Secp256k1.Context, output, xonly);
        }

        return (AccountId.From(serialized), parity);
    }

    /// <summary>The secret key that signs for the output key.</summary>
    public static SecretKey TweakSecret(SecretKey secret, Hash256? merkleRoot)
    {
        var tweak = Tweak(secret.PublicKey, merkleRoot);
        Span<byte> keypair = stackalloc byte[Secp256k1.KeypairSize];
        Span<byte> tweaked = stackalloc byte[SecretKey.Length];
        secret.CreateKeypair(keypair);
        fixed (byte* pair = keypair, t = tweak.Span, output = tweaked)
        {
            if (Secp256k1.keypair_xonly_tweak_add(Secp256k1.Context, pair, t) != 1)
                throw new InvalidOperationException("The tweak gives no valid key.");
            _ = Secp256k1.keypair_sec(Secp256k1.Context, output, pair);
        }

        var key = SecretKey.From(tweaked);
        keypair.Clear();
        tweaked.Clear();
        return key;
    }

    private static Hash256 Tweak(AccountId internalKey, Hash256? merkleRoot) =>
        merkleRoot is { } root ? s_tweak.Of([.. internalKey.Span, .. root.Span]) : s_tweak.Of(internalKey.Span);
}
