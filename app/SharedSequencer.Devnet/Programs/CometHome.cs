using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Devnet.Processes;

namespace SharedSequencer.Devnet.Programs;

/// <summary>Which folder of cometbft-config fits the program.</summary>
public enum CometProfile
{
    /// <summary>v0.38.25: CometBFT's own mempool, blocks on demand.</summary>
    V038,

    /// <summary>v0.40.0: the application's mempool, blocks at a short interval.</summary>
    V040,
}

/// <summary>What to make a home of.</summary>
public sealed record CometHomeOptions
{
    /// <summary>CometBFT's binary, of the version that <see cref="Profile"/> names.</summary>
    public required string Program { get; init; }

    public required string Home { get; init; }

    /// <summary>The project's cometbft-config folder.</summary>
    public required string Templates { get; init; }

    public CometProfile Profile { get; init; } = CometProfile.V038;

    public string Moniker { get; init; } = "validator";

    /// <summary>Several validators on this machine: peers may share an address and be on loopback.</summary>
    public bool LocalPeers { get; init; }

    /// <summary>More keys, as <c>section.key</c> → the value as TOML (texts in quotes); they win over the template's.</summary>
    public IReadOnlyDictionary<string, string> Overrides { get; init; } = new Dictionary<string, string>();
}

/// <summary>What genesis.json says beside the consensus parameters.</summary>
/// <param name="AppStateJson">The application's part; null for none.</param>
/// <param name="Validators">Keys and powers; none where the application names them in InitChain, as ours does.</param>
/// <param name="ConsensusParametersJson">Consensus parameters beside the template's, as genesis writes them; null for none.</param>
public sealed record CometGenesis(
    string ChainId,
    CometTime Time,
    string? AppStateJson,
    IReadOnlyList<(ConsensusKey Key, long Power)> Validators,
    string? ConsensusParametersJson = null);

/// <summary>Where one start of CometBFT listens and whom it dials. The RPC is always on loopback.</summary>
/// <param name="ProxyApp"><c>unix:///path</c> of the application, or <c>kvstore</c> for CometBFT's built-in one.</param>
/// <param name="Peers">Addresses as <see cref="CometHome.PeerAddress"/> gives them.</param>
public sealed record CometStart(string ProxyApp, int RpcPort, int P2pPort, IReadOnlyList<string> Peers)
{
    public string RpcAddress => $"http://127.0.0.1:{RpcPort}";
}

/// <summary>
/// A CometBFT home folder: what <c>cometbft init</c> made, with the keys of cometbft-config put in place. Preparing it
/// again keeps keys and data.
/// </summary>
public sealed class CometHome
{
    private static readonly JsonSerializerOptions s_indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly CometHomeOptions _options;

    private CometHome(CometHomeOptions options)
    {
        _options = options;
        ValidatorKey = PublicKeyOf("priv_validator_key.json");
        NodeId = PublicKeyOf("node_key.json").Address.ToString().ToLowerInvariant();
    }

    public string Path => _options.Home;

    /// <summary>The key that this validator signs votes with.</summary>
    public ConsensusKey ValidatorKey { get; }

    /// <summary>Its name in the peer-to-peer network: 40 lower hex digits.</summary>
    public string NodeId { get; }

    public string GenesisFile => ConfigFile("genesis.json");

    private string TemplateFolder => System.IO.Path.Combine(_options.Templates, _options.Profile switch
    {
        CometProfile.V038 => "v0.38",
        CometProfile.V040 => "v0.40",
        _ => throw new InvalidOperationException($"There is no template for {_options.Profile}."),
    });

    /// <summary>Runs <c>cometbft init</c> and sets the template's keys.</summary>
    /// <exception cref="FormatException">The program does not know a key of the template: it is of another version.</exception>
    /// <exception cref="InvalidOperationException"><c>cometbft init</c> failed.</exception>
    public static async Task<CometHome> PrepareAsync(CometHomeOptions options, CancellationToken cancellation = default)
    {
        Directory.CreateDirectory(options.Home);
        await using (var init = ManagedProcess.Start(new ProcessSpec(
            "cometbft init", options.Program, ["init", "--home", options.Home], System.IO.Path.Combine(options.Home, "init.log"))))
        {
            await init.WaitForExitAsync(cancellation);
            if (init.ExitCode != 0)
                throw new InvalidOperationException($"'{options.Program} init' failed with code {init.ExitCode}:\n{init.LogTail()}");
        }

        var home = new CometHome(options);
        home.WriteConfig();
        return home;
    }

    /// <summary>How a peer on this machine dials it.</summary>
    public string PeerAddress(int p2pPort) => $"{NodeId}@127.0.0.1:{p2pPort}";

    /// <summary>Writes genesis.json: what <c>cometbft init</c> made, with the template's consensus parameters.</summary>
    public void WriteGenesis(CometGenesis genesis)
    {
        var json = JsonNode.Parse(File.ReadAllText(GenesisFile))!.AsObject();
        json["chain_id"] = genesis.ChainId;
        json["genesis_time"] = genesis.Time.ToString();
        json["initial_height"] = "1";
        json["validators"] = new JsonArray([.. genesis.Validators.Select(ValidatorJson)]);
        if (genesis.AppStateJson is { } state)
            json["app_state"] = JsonNode.Parse(state);
        var template = System.IO.Path.Combine(TemplateFolder, "consensus-params.jsonc");
        var parameters = JsonNode.Parse(
            File.ReadAllText(template), documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })!;
        Merge(json["consensus_params"]!.AsObject(), parameters.AsObject(), template, "consensus_params");
        if (genesis.ConsensusParametersJson is { } more)
            Merge(json["consensus_params"]!.AsObject(), JsonNode.Parse(more)!.AsObject(), "The plan", "consensus_params");
        File.WriteAllText(GenesisFile, json.ToJsonString(s_indented));
    }

    /// <summary>Takes the genesis of the network's first validator.</summary>
    public void CopyGenesisFrom(CometHome first) => File.Copy(first.GenesisFile, GenesisFile, overwrite: true);

    /// <summary>The process to start.</summary>
    public ProcessSpec Start(CometStart start, string logFile) => new(
        $"cometbft ({_options.Moniker})",
        _options.Program,
        [
            "start",
            "--home", Path,
            "--proxy_app", start.ProxyApp,
            "--rpc.laddr", $"tcp://127.0.0.1:{start.RpcPort}",
            "--p2p.laddr", $"tcp://127.0.0.1:{start.P2pPort}",
            "--p2p.persistent_peers", string.Join(',', start.Peers),
        ],
        logFile);

    private static JsonNode ValidatorJson((ConsensusKey Key, long Power) validator) => new JsonObject
    {
        ["address"] = validator.Key.Address.ToString(),
        ["pub_key"] = new JsonObject
        {
            ["type"] = "tendermint/PubKeyEd25519",
            ["value"] = Convert.ToBase64String(validator.Key.Span),
        },
        ["power"] = validator.Power.ToString(System.Globalization.CultureInfo.InvariantCulture),
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

    private void WriteConfig()
    {
        var template = System.IO.Path.Combine(TemplateFolder, "config.toml");
        var values = CometConfig.Parse(File.ReadAllText(template), template);
        values["moniker"] = $"\"{_options.Moniker}\"";
        if (_options.LocalPeers)
        {
            values["p2p.addr_book_strict"] = "false";
            values["p2p.allow_duplicate_ip"] = "true";
        }

        foreach (var (key, value) in _options.Overrides)
            values[key] = value;
        var file = ConfigFile("config.toml");
        File.WriteAllText(file, CometConfig.Apply(File.ReadAllText(file), values, file));
    }

    private ConsensusKey PublicKeyOf(string file)
    {
        // An Ed25519 key file holds seed and public key, 32 bytes each.
        using var json = JsonDocument.Parse(File.ReadAllBytes(ConfigFile(file)));
        var pair = json.RootElement.GetProperty("priv_key").GetProperty("value").GetBytesFromBase64();
        var key = ConsensusKey.From(pair.AsSpan(ConsensusKey.Length));
        CryptographicOperations.ZeroMemory(pair);
        return key;
    }

    private string ConfigFile(string name) => System.IO.Path.Combine(Path, "config", name);
}
