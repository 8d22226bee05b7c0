using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Cryptography;

namespace SharedSequencer.Engine.Keys;

/// <summary>The validator's key pair: CometBFT's priv_validator_key.json, readable by its owner alone.</summary>
internal sealed class ValidatorKey
{
    private const string PrivateType = "tendermint/PrivKeyEd25519";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly byte[] _secret;

    private ValidatorKey(byte[] secret)
    {
        _secret = secret;
        PublicKey = ConsensusKey.From(secret.AsSpan(Ed25519.SeedLength));
    }

    public ConsensusKey PublicKey { get; }

    /// <param name="seed">32 bytes.</param>
    public static ValidatorKey FromSeed(ReadOnlySpan<byte> seed) => new(Ed25519.SecretKeyOf(seed));

    /// <summary>Reads the file, or writes one with a new random key.</summary>
    /// <exception cref="EngineException">It is no such file, or others may read it.</exception>
    public static ValidatorKey LoadOrCreate(string path)
    {
        if (!File.Exists(path))
        {
            Span<byte> seed = stackalloc byte[Ed25519.SeedLength];
            RandomNumberGenerator.Fill(seed);
            DurableFile.Replace(path, FromSeed(seed).ToJson());
            CryptographicOperations.ZeroMemory(seed);
        }

        if ((File.GetUnixFileMode(path) & ~OwnerOnly) != 0)
            throw new EngineException($"Others may read {path}, which holds the validator's key. Run: chmod 600 {path}");
        return Parse(File.ReadAllBytes(path), path);
    }

    /// <summary>Signs the bytes of a vote or of its extension. Whether they may be signed is for the caller to say.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message) => Ed25519.Sign(_secret, message);

    private static ValidatorKey Parse(byte[] text, string path)
    {
        try
        {
            using var document = JsonField.Parse(text);
            var field = new JsonField(document.RootElement, path).Get("priv_key");
            var secret = field.Get("value").Base64();
            if (field.Get("type").Text() != PrivateType || secret.Length != Ed25519.SecretKeyLength
                || !Ed25519.SecretKeyOf(secret.AsSpan(0, Ed25519.SeedLength)).AsSpan().SequenceEqual(secret))
                throw new CometJsonException($"{path}: its private key is no Ed25519 key as CometBFT writes it.");
            return new ValidatorKey(secret);
        }
        catch (CometJsonException error)
        {
            throw new EngineException($"{path} cannot be read: {error.Message}", error);
        }
    }

    private ReadOnlySpan<byte> ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("address", PublicKey.Address.ToString());
            json.ConsensusKey("pub_key", PublicKey);
            json.WriteStartObject("priv_key");
            json.WriteString("type", PrivateType);
            json.WriteBase64String("value", _secret);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan;
    }
}
