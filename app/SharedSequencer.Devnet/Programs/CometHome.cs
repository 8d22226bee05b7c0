using System.Security.Cryptography;
using System.Text.Json;
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
    public void WriteGenesis(CometGenesis genesis) => Programs.GenesisFile.Write(GenesisFile, genesis, TemplateFolder);

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
