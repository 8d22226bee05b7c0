using System.Globalization;
using SharedSequencer.Devnet.Processes;

namespace SharedSequencer.Devnet.Networks;

/// <summary>The relayer of a local network.</summary>
public sealed class RelayerPart
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly LocalNetwork _network;
    private readonly int _port;

    internal RelayerPart(LocalNetwork network, PortChoice ports)
    {
        _network = network;
        _port = ports.For("relayer", 8090);
    }

    public Uri Url => new($"http://127.0.0.1:{_port}");

    public ManagedProcess? Process { get; private set; }

    public async Task StartAsync(Action<string> say, CancellationToken cancellation = default)
    {
        var validator = _network.Validators[0];
        var environment = new Dictionary<string, string?>
        {
            ["SEQ_RELAYER_LISTEN"] = $"127.0.0.1:{_port}",
            ["SEQ_RELAYER_NODE_URL"] = Text(validator.Api),
            ["SEQ_RELAYER_NODE_ADMIN_URL"] = Text(validator.Admin),
            ["SEQ_RELAYER_NODE_ADMIN_TOKEN_FILE"] = validator.AdminTokenFile,
            ["SEQ_RELAYER_BITCOIN_NETWORK"] = "off",
            ["SEQ_RELAYER_EXECUTOR_KIND"] = "off",
        };
        if (_network.Bitcoin is { } bitcoin)
        {
            environment["SEQ_RELAYER_BITCOIN_NETWORK"] = "regtest";
            environment["SEQ_RELAYER_BITCOIN_RPC_URL"] = Text(bitcoin.Url);
            environment["SEQ_RELAYER_BITCOIN_COOKIE_FILE"] = bitcoin.CookieFile;
            environment["SEQ_RELAYER_BITCOIN_CONFIRMATIONS"] = "1";
            environment["SEQ_RELAYER_BITCOIN_CHECKPOINT_DELAY"] = "1s";
            environment["SEQ_RELAYER_BITCOIN_POLL_INTERVAL"] = "250ms";
        }

        if (_network.Evm is { } evm)
        {
            environment["SEQ_RELAYER_EXECUTOR_KIND"] = "evm";
            environment["SEQ_RELAYER_EXECUTOR_NAMESPACE"] = _network.Plan.EvmNamespace;
            environment["SEQ_RELAYER_EXECUTOR_EVM_CHAIN_ID"] = _network.Plan.EvmChainId.ToString(CultureInfo.InvariantCulture);
            environment["SEQ_RELAYER_EXECUTOR_GETH_URL"] = Text(evm.Geth);
            environment["SEQ_RELAYER_EXECUTOR_GETH_ENGINE_URL"] = Text(evm.GethEngine);
            environment["SEQ_RELAYER_EXECUTOR_GETH_JWT_FILE"] = _network.Folder.GethSecret;
        }

        Process = _network.Run(new ProcessSpec(
            "relayer", _network.Programs.Relayer, ["start", "--home", _network.Folder.Relayer], _network.Folder.Log("relayer"))
        {
            Environment = environment,
        });
        await Readiness.UntilOkAsync(Process, new Uri(Url, "/healthz"), s_limit, cancellation);
        say($"relayer: {Url}status");
    }

    private static string Text(Uri url) => url.ToString().TrimEnd('/');
}
