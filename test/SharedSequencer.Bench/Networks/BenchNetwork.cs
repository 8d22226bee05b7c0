using System.Text;
using SharedSequencer.Application.Genesis;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Devnet.Programs;

namespace SharedSequencer.Bench.Networks;

/// <summary>
/// Validators of real programs, each with its application behind a unix socket. It is the same for every application, so
/// that what is compared differs in nothing else.
/// </summary>
internal sealed class BenchNetwork : IAsyncDisposable
{
    private const int Power = 10;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly BenchNetworkPlan _plan;
    private readonly TemporaryFolder _folder = new();
    private readonly RunningSet _running;
    private readonly List<DelayingProxy> _proxies = [];

    private BenchNetwork(BenchNetworkPlan plan, string ledgerFolder)
    {
        _plan = plan;
        _running = new RunningSet(new ProcessLedger(ledgerFolder));
    }

    public IReadOnlyList<BenchNode> Nodes { get; private set; } = [];

    /// <summary>Starts all and waits for the first block.</summary>
    /// <exception cref="MissingProgramException">A program of others is not to be had.</exception>
    public static async Task<BenchNetwork> StartAsync(BenchNetworkPlan plan, string ledgerFolder, CancellationToken cancellation)
    {
        var network = new BenchNetwork(plan, ledgerFolder);
        try
        {
            await network.StartAsync(cancellation);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _running.DisposeAsync();
        foreach (var proxy in _proxies)
            await proxy.DisposeAsync();
        _folder.Dispose();
    }

    private async Task StartAsync(CancellationToken cancellation)
    {
        var comet = External(_plan.Profile == CometProfile.V040 ? ProgramKind.CometBftV040 : ProgramKind.CometBft);
        var homes = await Task.WhenAll(Enumerable.Range(0, _plan.Validators).Select(i => PrepareAsync(comet, i, cancellation)));
        var ports = homes.Select(_ => (Rpc: FreePort.Next(), P2p: FreePort.Next(), Api: FreePort.Next(), Admin: FreePort.Next())).ToArray();
        WriteGenesis(homes);

        var peers = new string[homes.Length];
        for (var i = 0; i < homes.Length; i++)
            peers[i] = homes[i].PeerAddress(Reach(ports[i].P2p));

        var nodes = new BenchNode[homes.Length];
        for (var i = 0; i < homes.Length; i++)
        {
            var socket = _folder.File($"abci{i}.sock");
            var app = _running.Start(AppSpec(i, socket, ports[i].Rpc, ports[i].Api, ports[i].Admin));
            await Readiness.UntilAsync(app, $"it does not listen on {socket}", s_limit, _ => Task.FromResult(File.Exists(socket) ? null : "no socket yet"), cancellation);
            var start = new CometStart($"unix://{socket}", ports[i].Rpc, ports[i].P2p, [.. peers.Where((_, p) => p != i)]);
            var process = _running.Start(homes[i].Start(start, _folder.File($"comet{i}.log")));
            nodes[i] = new BenchNode(new Uri($"http://127.0.0.1:{ports[i].Rpc}"), new Uri($"http://127.0.0.1:{ports[i].Api}"), process, app);
        }

        Nodes = nodes;
        foreach (var node in nodes)
            await node.UntilFirstBlockAsync(s_limit, cancellation);
        if (_plan.App == AppKind.Sequencer)
        {
            foreach (var node in nodes)
                await Readiness.UntilOkAsync(node.App, new Uri(node.Api, "/readyz"), s_limit, cancellation);
        }
    }

    private Task<CometHome> PrepareAsync(string program, int index, CancellationToken cancellation)
    {
        Dictionary<string, string> settings = new()
        {
            // Peers would otherwise learn of each other's real addresses and go around the delay.
            ["p2p.pex"] = "false",
        };
        foreach (var (key, value) in _plan.CometSettings)
            settings[key] = value;
        return CometHome.PrepareAsync(
            new CometHomeOptions
            {
                Program = program,
                Home = _folder.File($"comet{index}"),
                Templates = Path.Combine(_plan.Root, "cometbft-config"),
                Profile = _plan.Profile,
                Moniker = $"bench{index}",
                LocalPeers = true,
                Overrides = settings,
            },
            cancellation);
    }

    private void WriteGenesis(CometHome[] homes)
    {
        var state = _plan.App == AppKind.Sequencer ? Encoding.UTF8.GetString(GenesisJson.Write(_plan.Genesis)) : null;
        var time = DateTimeOffset.FromUnixTimeSeconds(_plan.Genesis.Time.Seconds);
        homes[0].WriteGenesis(new CometGenesis(_plan.Genesis.ChainId, CometTime.From(time), state, [.. homes.Select(h => (h.ValidatorKey, (long)Power))]));
        foreach (var home in homes.Skip(1))
            home.CopyGenesisFrom(homes[0]);
    }

    /// <summary>The port under which others reach a validator.</summary>
    private int Reach(int port)
    {
        if (_plan.Delay == TimeSpan.Zero)
            return port;
        var proxy = DelayingProxy.Start(port, _plan.Delay);
        _proxies.Add(proxy);
        return proxy.Port;
    }

    private ProcessSpec AppSpec(int index, string socket, int rpc, int api, int admin)
    {
        if (_plan.App == AppKind.KeyValueStore)
        {
            return new ProcessSpec(
                $"kvstore {index}", External(ProgramKind.AbciCli), ["kvstore", "--address", $"unix://{socket}", "--log_level", "error"], _folder.File($"app{index}.log"));
        }

        Dictionary<string, string?> environment = new()
        {
            ["SEQ_SEQUENCER_ABCI_LISTEN"] = $"unix://{socket}",
            ["SEQ_SEQUENCER_COMETBFT_RPC"] = $"http://127.0.0.1:{rpc}",
            ["SEQ_SEQUENCER_API_LISTEN"] = $"127.0.0.1:{api}",
            ["SEQ_SEQUENCER_ADMIN_LISTEN"] = $"127.0.0.1:{admin}",
            ["SEQ_SEQUENCER_GRPC_LISTEN"] = "none",
            ["SEQ_SEQUENCER_BITCOIN_NETWORK"] = "regtest",
        };
        foreach (var (name, value) in _plan.NodeSettings)
            environment[name] = value;
        return new ProcessSpec($"sequencer {index}", NodeProgram(), ["start", "--home", _folder.File($"node{index}")], _folder.File($"app{index}.log"))
        {
            Environment = environment,
        };
    }

    private string NodeProgram()
    {
        // bin/CONFIGURATION/FRAMEWORK: the node that was built together with this program.
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        var path = Path.Combine(_plan.Root, "app", "SharedSequencer.Node", "bin", framework.Parent!.Name, framework.Name, "sequencer");
        return File.Exists(path) ? path : throw new MissingProgramException($"{path} is not built: run scripts/setup.sh.");
    }

    private string External(ProgramKind kind) => ProgramFinder.Find(kind, _plan.Root)
        ?? throw new MissingProgramException($"{kind} was not found: neither by its variable, nor on PATH, nor in {ProgramFinder.ToolsFolder(_plan.Root)}.");
}
