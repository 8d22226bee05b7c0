using System.Buffers;
using System.Text.Json;
using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Types;

namespace SharedSequencer.Engine.Keys;

/// <summary>The last thing that was signed: CometBFT's priv_validator_state.json.</summary>
/// <param name="Step">3 for a precommit: the engine signs nothing else, as nobody else hears of proposals and prevotes.</param>
/// <param name="Signature">Empty before anything was signed.</param>
internal sealed record SignState(long Height, int Round, int Step, HexBytes Signature, HexBytes SignBytes)
{
    public const int Precommit = 3;

    public static SignState Nothing { get; } = new(0, 0, 0, HexBytes.Empty, HexBytes.Empty);

    /// <exception cref="EngineException">It is no such file.</exception>
    public static SignState Load(string path)
    {
        if (!File.Exists(path))
            return Nothing;
        try
        {
            using var document = JsonField.Parse(File.ReadAllBytes(path));
            var json = new JsonField(document.RootElement, path);
            return new SignState(
                json.Get("height").Int64(),
                json.Get("round").Int32(),
                json.Get("step").Int32(),
                json.TryGet("signature", out var signature) ? HexBytes.From(signature.Base64()) : HexBytes.Empty,
                json.TryGet("signbytes", out var bytes) ? bytes.Hex() : HexBytes.Empty);
        }
        catch (CometJsonException error)
        {
            throw new EngineException(
                $"{path} cannot be read: {error.Message} Without it the engine might sign twice; restore it, or start a new chain with --reset.", error);
        }
    }

    /// <summary>Writes it through to the disk: the signature may leave afterwards.</summary>
    public void Save(string path)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.Int64("height", Height);
            json.WriteNumber("round", Round);
            json.WriteNumber("step", Step);
            if (!Signature.IsEmpty)
                json.WriteBase64String("signature", Signature.Span);
            if (!SignBytes.IsEmpty)
                json.WriteString("signbytes", SignBytes.ToString());
            json.WriteEndObject();
        }

        DurableFile.Replace(path, buffer.WrittenSpan);
    }
}
