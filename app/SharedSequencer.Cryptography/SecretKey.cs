using System.Security.Cryptography;
using SharedSequencer.Cryptography.Native;
using SharedSequencer.Primitives;

namespace SharedSequencer.Cryptography;

/// <summary>A secp256k1 secret key. Its text is 64 hex digits or Bitcoin's WIF; <see cref="ToString"/> never shows it.</summary>
public sealed unsafe class SecretKey
{
    /// <summary>Bytes in a key.</summary>
    public const int Length = 32;

    private readonly byte[] _bytes;

    private SecretKey(byte[] bytes, AccountId publicKey)
    {
        _bytes = bytes;
        PublicKey = publicKey;
    }

    /// <summary>The x-only public key: the account.</summary>
    public AccountId PublicKey { get; }

    /// <summary>The 32 secret bytes.</summary>
    public ReadOnlySpan<byte> Span => _bytes;

    /// <summary>A fresh random key.</summary>
    public static SecretKey Generate()
    {
        while (true)
        {
            if (TryFrom(RandomNumberGenerator.GetBytes(Length), out var key))
                return key;
        }
    }

    /// <summary>Takes 32 bytes; false for zero and for values not below the curve's order.</summary>
    public static bool TryFrom(ReadOnlySpan<byte> bytes, out SecretKey key)
    {
        key = null!;
        if (bytes.Length != Length)
            return false;

        Span<byte> keypair = stackalloc byte[Secp256k1.KeypairSize];
        var xonly = stackalloc byte[Secp256k1.PublicKeySize];
        Span<byte> serialized = stackalloc byte[AccountId.Length];
        fixed (byte* secret = bytes, pair = keypair, output = serialized)
        {
            if (Secp256k1.keypair_create(Secp256k1.Context, pair, secret) != 1)
                return false;
            _ = Secp256k1.keypair_xonly_pub(Secp256k1.Context, xonly, null, pair);
            _ = Secp256k1.xonly_pubkey_serialize(Secp256k1.Context, output, xonly);
        }

        keypair.Clear();
        key = new SecretKey(bytes.ToArray(), AccountId.From(serialized));
        return true;
    }

    /// <summary>Takes 32 bytes.</summary>
    /// <exception cref="FormatException">The bytes are no secp256k1 secret key.</exception>
    public static SecretKey From(ReadOnlySpan<byte> bytes) =>
        TryFrom(bytes, out var key) ? key : throw new FormatException("Not a secret key: 32 bytes from 1 to the curve's order - 1 are needed.");

    /// <summary>Reads 64 hex digits or WIF.</summary>
    /// <exception cref="FormatException">The text is neither. The message does not repeat it.</exception>
    public static SecretKey Parse(string text)
    {
        text = text.Trim();
        if (text.Length == Length * 2)
        {
            try
            {
                return From(Convert.FromHexString(text));
            }
            catch (FormatException e)
            {
                throw new FormatException("Not a secret key: 64 hex digits or WIF are needed.", e);
            }
        }

        return Wif.TryDecode(text, out var bytes)
            ? From(bytes)
            : throw new FormatException("Not a secret key: 64 hex digits or WIF (of a compressed key) are needed.");
    }

    /// <summary>The secret as 64 hex digits: for key files alone.</summary>
    public string ToSecretHex() => Convert.ToHexStringLower(_bytes);

    public override string ToString() => $"secret key of {PublicKey}";

    /// <summary>Fills libsecp256k1's 96-byte keypair.</summary>
    internal void CreateKeypair(Span<byte> keypair)
    {
        fixed (byte* secret = _bytes, pair = keypair)
            _ = Secp256k1.keypair_create(Secp256k1.Context, pair, secret);
    }
}
