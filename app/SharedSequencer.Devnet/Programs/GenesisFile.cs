using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SharedSequencer.CometBft.Types;

namespace SharedSequencer.Devnet.Programs;

/// <summary>What genesis.json says beside the consensus parameters.</summary>
/// <param name="AppStateJson">The application's part; null for none.</param>
/// <param name="Validators">Keys and powers; none where the application names them in InitChain.</param>
/// <param name="ConsensusParametersJson">Consensus parameters beside the template's, as genesis writes them; null for none.</param>
public sealed record CometGenesis(
    string ChainId,
    CometTime Time,
    string? AppStateJson,
    IReadOnlyList<(ConsensusKey Key, long Power)> Validators,
    string? ConsensusParametersJson = null);

/// <summary>Writes genesis.json: a base, the consensus parameters of cometbft-config, and what the network says.</summary>
internal static class GenesisFile
{
    /// <summary>What <c>cometbft init</c> of v0.38 writes, for where there is no CometBFT to ask.</summary>
    private const string Defaults =
        """
        {
          "genesis_time": "", "chain_id": "", "initial_height": "1",
          "consensus_params": {
            "block": { "max_bytes": "22020096", "max_gas": "-1" },
            "evidence": { "max_age_num_blocks": "100000", "max_age_duration": "172800000000000", "max_bytes": "1048576" },
            "validator": { "pub_key_types": ["ed25519"] },
            "version": { "app": "0" },
            "abci": { "vote_extensions_enable_height": "0" }
          },
          "validators": [],
          "app_hash": ""
        }
        """;

    private static readonly JsonSerializerOptions s_indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="path">What is there is the base; CometBFT's defaults are where there is nothing.</param>
    /// <param name="templates">A folder of cometbft-config.</param>
    /// <exception cref="FormatException">A parameter is not known to this version of CometBFT.</exception>
    public static void Write(string path, CometGenesis genesis, string templates)
    {
        var json = JsonNode.Parse(File.Exists(path) ? File.ReadAllText(path) : Defaults)!.AsObject();
        json["chain_id"] = genesis.ChainId;
        json["genesis_time"] = genesis.Time.ToString();
        json["initial_height"] = "1";
        json["validators"] = new JsonArray([.. genesis.Validators.Select(ValidatorJson)]);
        if (genesis.AppStateJson is { } state)
            json["app_state"] = JsonNode.Parse(state);
        var template = Path.Combine(templates, "consensus-params.jsonc");
        var parameters = JsonNode.Parse(
            File.ReadAllText(template), documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })!;
        Merge(json["consensus_params"]!.AsObject(), parameters.AsObject(), template, "consensus_params");
        if (genesis.ConsensusParametersJson is { } more)
            Merge(json["consensus_params"]!.AsObject(), JsonNode.Parse(more)!.AsObject(), "The plan", "consensus_params");
        File.WriteAllText(path, json.ToJsonString(s_indented));
    }

    private static JsonNode ValidatorJson((ConsensusKey Key, long Power) validator) => new JsonObject
    {
        ["address"] = validator.Key.Address.ToString(),
        ["pub_key"] = new JsonObject
        {
            ["type"] = "tendermint/PubKeyEd25519",
            ["value"] = Convert.ToBase64String(validator.Key.Span),
        },
        ["power"] = validator.Power.ToString(CultureInfo.InvariantCulture),
        ["name"] = "",
    };

    private static void Merge(JsonObject target, JsonObject values, string template, string place)
    {
        foreach (var (name, value) in values)
        {
            if (!target.ContainsKey(name))
                throw new FormatException($"{template}: this version of CometBFT has no '{place}.{name}' in its genesis.");
            if (target[name] is JsonObject inner && value is JsonObject innerValues)
                Merge(inner, innerValues, template, $"{place}.{name}");
            else
                target[name] = value!.DeepClone();
        }
    }
}
