using SharedSequencer.CometBft.Types;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Devnet.Programs;
using SharedSequencer.Engine;

namespace SharedSequencer.Devnet.Networks;

/// <summary>
/// One validator, or a node that follows them without a vote: the sequencer node and its CometBFT, which dials it over
/// a unix socket; or the node alone, with its embedded engine.
/// </summary>
public sealed class ValidatorNode
{
    private const int PortStep = 10;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly LocalNetwork _network;
    private readonly int _index;
    private readonly int _api;
    private readonly int _grpc;
    private readonly int _admin;
    private readonly int _rpc;
    private readonly int _p2p;
    private readonly int _peerPort;

    internal ValidatorNode(LocalNetwork network, int index, PortChoice ports)
    {
        _network = network;
        _index = index;
        _api = ports.For($"api{index}", 8080 + (PortStep * index));
        _grpc = ports.For($"grpc{index}", 9090 + (PortStep * index));
        _admin = ports.For($"admin{index}", 8081 + (PortStep * index));
        _rpc = ports.For($"cometbft_rpc{index}", 26657 + (PortStep * index));
        _p2p = ports.For($"cometbft_p2p{index}", 26656 + (PortStep * index));
        _peerPort = network.Plan.PeerPort?.Invoke(_p2p) ?? _p2p;
    }

    public Uri Api => new($"http://127.0.0.1:{_api}");

    /// <summary>The same API as gRPC.</summary>
    public Uri Grpc => new($"http://127.0.0.1:{_grpc}");

    public Uri Admin => new($"http://127.0.0.1:{_admin}");

    public Uri CometRpc => new($"http://127.0.0.1:{_rpc}");

    public string AdminTokenFile => Path.Combine(_network.Folder.Node(_index), "config", "admin.token");

    /// <summary>The node's process; null before it was started.</summary>
    public ManagedProcess? Node { get; private set; }

    /// <summary>CometBFT's process; null before it was started.</summary>
    public ManagedProcess? Comet { get; private set; }

    /// <summary>The key that it signs votes with.</summary>
    public ConsensusKey ValidatorKey { get; private set; } = null!;

    /// <summary>CometBFT's home; not there on the embedded engine.</summary>
    internal CometHome Home { get; private set; } = null!;

    private bool IsEmbedded => _network.Plan.Engine == NetworkEngine.Embedded;

    private string Templates => Path.Combine(_network.Plan.Root, "cometbft-config");

    internal string GenesisPath => IsEmbedded ? new EngineHome(_network.Folder.EmbeddedEngine(_index)).GenesisFile : Home.GenesisFile;

    /// <summary>Starts the node, and CometBFT once the node listens: it would try again only after 3 s.</summary>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        await StartNodeAsync(cancellation);
        if (!IsEmbedded)
            StartComet();
    }

    /// <summary>Starts the node alone.</summary>
    public async Task StartNodeAsync(CancellationToken cancellation = default)
    {
        var socket = _network.Folder.AbciSocket(_index);
        File.Delete(socket);
        var environment = new Dictionary<string, string?>
        {
            ["SEQ_SEQUENCER_ENGINE"] = _network.Plan.Engine.NameOf(),
            ["SEQ_SEQUENCER_ABCI_LISTEN"] = $"unix://{socket}",
            ["SEQ_SEQUENCER_COMETBFT_RPC"] = CometRpc.ToString().TrimEnd('/'),
            ["SEQ_SEQUENCER_COMETBFT_MEMPOOL"] = _network.Plan.CometBft == CometProfile.V040 ? "app" : "flood",
            ["SEQ_SEQUENCER_API_LISTEN"] = $"127.0.0.1:{_api}",
            ["SEQ_SEQUENCER_GRPC_LISTEN"] = $"127.0.0.1:{_grpc}",
            ["SEQ_SEQUENCER_ADMIN_LISTEN"] = $"127.0.0.1:{_admin}",
            ["SEQ_SEQUENCER_BITCOIN_NETWORK"] = "regtest",
            ["SEQ_SEQUENCER_ANCHOR_CONFIRMATIONS"] = "1",
        };
        foreach (var (name, value) in _network.Plan.NodeSettings)
            environment[name] = value;
        var node = _network.Run(new ProcessSpec(
            $"sequencer {_index}", _network.Programs.Node, ["start", "--home", _network.Folder.Node(_index)], _network.Folder.Log($"sequencer{_index}"))
        {
            Environment = environment,
        });
        Node = node;
        await Readiness.UntilAsync(node, $"it does not listen on {socket}", s_limit, _ => Task.FromResult(File.Exists(socket) ? null : "no socket yet"), cancellation);
    }

    /// <summary>Starts CometBFT alone.</summary>
    public void StartComet()
    {
        var peers = _network.Validators.Where(v => v != this).Select(v => v.Home.PeerAddress(v._peerPort));
        var start = new CometStart($"unix://{_network.Folder.AbciSocket(_index)}", _rpc, _p2p, [.. peers]);
        Comet = _network.Run(Home.Start(start, _network.Folder.Log($"cometbft{_index}")));
    }

    /// <summary>Waits until the node can order transactions.</summary>
    public Task UntilReadyAsync(CancellationToken cancellation = default) =>
        Readiness.UntilOkAsync(Node!, new Uri(Api, "/readyz"), s_limit, cancellation);

    /// <summary>Ends node and CometBFT as a power cut would.</summary>
    public async Task KillAsync()
    {
        foreach (var process in new[] { Comet, Node })
        {
            if (process is null)
                continue;
            _network.Forget(process);
            await process.KillAsync();
        }
    }

    /// <summary>The data folders of node and engine: to copy while both are ended.</summary>
    public (string Node, string Comet) DataFolders =>
        (Path.Combine(_network.Folder.Node(_index), "data"), Path.Combine(CometFolder, "data"));

    /// <summary>The home of CometBFT, or of the embedded engine.</summary>
    public string CometFolder => IsEmbedded ? _network.Folder.EmbeddedEngine(_index) : _network.Folder.Comet(_index);

    /// <summary>The home of the node.</summary>
    public string NodeFolder => _network.Folder.Node(_index);

    /// <param name="overrides">Keys of CometBFT's config.toml beside the plan's; they win.</param>
    internal async Task PrepareAsync(CancellationToken cancellation, IReadOnlyDictionary<string, string>? overrides = null)
    {
        if (IsEmbedded)
        {
            ValidatorKey = new EngineHome(_network.Folder.EmbeddedEngine(_index)).Prepare();
            return;
        }

        Home = await CometHome.PrepareAsync(
            new CometHomeOptions
            {
                Program = _network.Programs.CometBft!,
                Home = _network.Folder.Comet(_index),
                Templates = Templates,
                Profile = _network.Plan.CometBft,
                Moniker = $"validator{_index}",
                LocalPeers = _network.Plan.Validators > 1,
                Overrides = _network.Plan.CometOverrides.Concat(overrides ?? new Dictionary<string, string>())
                    .GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Last().Value),
            },
            cancellation);
        ValidatorKey = Home.ValidatorKey;
    }

    internal void WriteGenesis(CometGenesis genesis)
    {
        if (IsEmbedded)
            GenesisFile.Write(GenesisPath, genesis, Path.Combine(Templates, "v0.38"));
        else
            Home.WriteGenesis(genesis);
    }

    /// <summary>Takes the genesis of the network's first validator.</summary>
    internal void CopyGenesisFrom(ValidatorNode first) => File.Copy(first.GenesisPath, GenesisPath, overwrite: true);
}
