using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using SharedSequencer.CometBft.Types;

namespace SharedSequencer.CometBft.Json;

/// <summary>A validator that genesis.json names; this chain names none, as its application gives them in InitChain.</summary>
public sealed record GenesisValidator(ConsensusKey PublicKey, long Power, string Name);

/// <summary>CometBFT's genesis.json.</summary>
/// <param name="AppStateJson">The application's part, any JSON value; null for none. CometBFT re-marshals it, so its bytes mean nothing.</param>
public sealed record GenesisDocument(
    CometTime GenesisTime,
    string ChainId,
    long InitialHeight,
    ConsensusParams ConsensusParams,
    ImmutableArray<GenesisValidator> Validators,
    HexBytes AppHash,
    string? AppStateJson)
{
    /// <summary>Reads a genesis.json.</summary>
    /// <exception cref="CometJsonException">It is something else.</exception>
    public static GenesisDocument Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonField.Parse(json);
        return Read(new JsonField(document.RootElement, "genesis"));
    }

    /// <summary>The file's text.</summary>
    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("genesis_time", GenesisTime.ToString());
            json.WriteString("chain_id", ChainId);
            json.Int64("initial_height", InitialHeight);
            json.ConsensusParams("consensus_params", ConsensusParams);
            json.WriteStartArray("validators");
            foreach (var validator in Validators)
            {
                json.WriteStartObject();
                json.WriteString("address", validator.PublicKey.Address.ToString());
                json.ConsensusKey("pub_key", validator.PublicKey);
                json.Int64("power", validator.Power);
                json.WriteString("name", validator.Name);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("app_hash", AppHash.ToString());
            if (AppStateJson is not null)
            {
                json.WritePropertyName("app_state");
                json.WriteRawValue(AppStateJson);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    internal static GenesisDocument Read(JsonField json) => new(
        json.Get("genesis_time").Time(),
        json.Get("chain_id").Text(),
        json.TryGet("initial_height", out var height) ? height.Int64() : 1,
        CometJsonReader.ConsensusParams(json.Get("consensus_params")),
        json.TryGet("validators", out var validators) ? validators.Array(ValidatorSet.MaximumCount, ReadValidator) : [],
        json.TryGet("app_hash", out var hash) ? hash.Hex() : HexBytes.Empty,
        json.TryGet("app_state", out var state) ? state.Raw : null);

    private static GenesisValidator ReadValidator(JsonField json) => new(
        CometJsonReader.ConsensusKey(json.Get("pub_key")),
        json.Get("power").Int64(),
        json.TryGet("name", out var name) ? name.Text() : "");
}
