using System.Numerics;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Evm;
using SharedSequencer.Evm.Blocks;
using SharedSequencer.Evm.Geth;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Evm.Transactions;
using SharedSequencer.Primitives;

namespace SharedSequencer.Devnet.Networks;

/// <summary>The EVM rollup of a local network: geth, which executes its slices, and the gateway that wallets use.</summary>
public sealed class EvmPart
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private static readonly BigInteger s_coins = BigInteger.Pow(10, 24);

    private readonly LocalNetwork _network;
    private readonly GethCommandLine _commandLine;
    private readonly int _gatewayPort;

    internal EvmPart(LocalNetwork network, PortChoice ports)
    {
        _network = network;
        _gatewayPort = ports.For("gateway", 8545);
        _commandLine = new GethCommandLine
        {
            DataFolder = network.Folder.Geth,
            Rules = new EvmRollupRules { Namespace = NamespaceId.OfName(network.Plan.EvmNamespace), ChainId = network.Plan.EvmChainId },
            HttpPort = ports.For("geth", 8547),
            EnginePort = ports.For("geth_engine", 8551),
            SecretFile = network.Folder.GethSecret,
        };
    }

    /// <summary>What wallets are given.</summary>
    public Uri Gateway => new($"http://127.0.0.1:{_gatewayPort}");

    /// <summary>geth's own port: for the relayer and the gateway.</summary>
    public Uri Geth => _commandLine.HttpUrl;

    public Uri GethEngine => _commandLine.EngineUrl;

    public ManagedProcess? GethProcess { get; private set; }

    public ManagedProcess? GatewayProcess { get; private set; }

    /// <summary>Writes the genesis where it is missing, and starts geth.</summary>
    public async Task StartGethAsync(Action<string> say, CancellationToken cancellation = default)
    {
        var program = _network.Programs.Geth!;
        if (!File.Exists(_commandLine.SecretFile))
            EngineSecret.Create(_commandLine.SecretFile);
        if (!Directory.Exists(Path.Combine(_commandLine.DataFolder, "geth", "chaindata")))
        {
            var genesis = new EvmGenesis
            {
                Rules = _commandLine.Rules,
                Balances = new Dictionary<EvmAddress, BigInteger> { [EvmAddress.Of(LocalNetwork.EvmDeveloper)] = s_coins },
            };
            await File.WriteAllTextAsync(_network.Folder.GethGenesis, genesis.ToJson(), cancellation);
            await using var init = ManagedProcess.Start(new ProcessSpec(
                "geth init", program, _commandLine.InitArguments(_network.Folder.GethGenesis), _network.Folder.Log("geth")));
            await init.WaitForExitAsync(cancellation);
            if (init.ExitCode != 0)
                throw new InvalidOperationException($"geth init ended with code {init.ExitCode}:\n{init.LogTail()}");
        }

        GethProcess = _network.Run(new ProcessSpec("geth", program, _commandLine.StartArguments(), _network.Folder.Log("geth")));
        await Readiness.UntilRpcAsync(GethProcess, Geth, s_limit, cancellation);
        say($"geth, EVM chain {_commandLine.Rules.ChainId}");
    }

    public async Task StartGatewayAsync(Action<string> say, CancellationToken cancellation = default)
    {
        GatewayProcess = _network.Run(new ProcessSpec(
            "gateway", _network.Programs.Gateway, ["start", "--home", _network.Folder.Gateway], _network.Folder.Log("gateway"))
        {
            Environment = new Dictionary<string, string?>
            {
                ["SEQ_GATEWAY_LISTEN"] = $"127.0.0.1:{_gatewayPort}",
                ["SEQ_GATEWAY_NODE_URL"] = _network.Validators[0].Api.ToString().TrimEnd('/'),
                ["SEQ_GATEWAY_NAMESPACE"] = _network.Plan.EvmNamespace,
                ["SEQ_GATEWAY_GETH_URL"] = Geth.ToString().TrimEnd('/'),
            },
        });
        await Readiness.UntilOkAsync(GatewayProcess, new Uri(Gateway, "/readyz"), s_limit, cancellation);
        say($"gateway for '{_network.Plan.EvmNamespace}': {Gateway}");
    }
}
