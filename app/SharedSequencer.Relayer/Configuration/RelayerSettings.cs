using SharedSequencer.Bitcoin;
using SharedSequencer.Hosting.Configuration;
using SharedSequencer.Primitives;

namespace SharedSequencer.Relayer.Configuration;

/// <summary>All that can be set: <c>HOME/config/relayer.toml</c> is written from this.</summary>
internal static class RelayerSettings
{
    public static readonly Setting<Uri> NodeUrl = Setting.Url(
        "node_url", "http://127.0.0.1:8080", "The node's API. Whatever comes from it is verified.");

    public static readonly Setting<Uri> NodeAdminUrl = Setting.Url(
        "node_admin_url", "http://127.0.0.1:8081", "The node's admin listener, on this machine: anchors are reported there.");

    public static readonly Setting<string> NodeAdminTokenFile = Setting.Text(
        "node_admin_token_file", "", "The file with the admin listener's bearer token, as the node wrote it into its own home.", "a path");

    public static readonly Setting<ListenAddress> Listen = Setting.Listen(
        "listen", "127.0.0.1:8090", "Where health, metrics and /status are served.");

    public static readonly Setting<string> LogLevel = Hosting.Logging.LogLevelSetting.Create();

    public static readonly Setting<string> BitcoinNetwork = Setting.Choice(
        "bitcoin.network", "regtest", ["off", .. Bitcoin.BitcoinNetwork.All.Select(n => n.Name)], "The Bitcoin network, or off for no anchors.");

    public static readonly Setting<Uri> BitcoinUrl = Setting.Url(
        "bitcoin.rpc_url", "http://127.0.0.1:18443", "bitcoind's RPC.");

    public static readonly Setting<string> BitcoinCookieFile = Setting.Text(
        "bitcoin.cookie_file", "", "bitcoind's cookie file; empty when user and password are given.", "a path");

    public static readonly Setting<string> BitcoinUser = Setting.Text("bitcoin.rpc_user", "", "bitcoind's RPC user, without a cookie file.");

    public static readonly Setting<string> BitcoinPasswordFile = Setting.Text(
        "bitcoin.rpc_password_file", "", "A file (0600) with the RPC password.", "a path");

    public static readonly Setting<string> BitcoinKeyFile = Setting.Text(
        "bitcoin.key_file", "bitcoin.key", "The key whose taproot coins pay for checkpoints: hex or WIF, 0600; made when it is missing. Below the home folder unless absolute.", "a path");

    public static readonly Setting<long> Confirmations = Setting.Integer(
        "bitcoin.confirmations", 6, 1, 1008, "Confirmations until a block is firm. 1 is for regtest.");

    public static readonly Setting<long> CheckpointBlocks = Setting.Integer(
        "bitcoin.checkpoint_blocks", 600, 1, 1_000_000, "A checkpoint is due so many blocks after the first uncovered one with transactions.");

    public static readonly Setting<TimeSpan> CheckpointDelay = Setting.Duration(
        "bitcoin.checkpoint_delay", TimeSpan.FromMinutes(10), TimeSpan.Zero, TimeSpan.FromDays(1), "Or so long after it.");

    public static readonly Setting<TimeSpan> BitcoinPoll = Setting.Duration(
        "bitcoin.poll_interval", TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(10), "Time between two looks at bitcoind.");

    public static readonly Setting<long> FeeCap = Setting.Integer(
        "bitcoin.fee_cap", 200, 1, 10_000, "The most that a checkpoint pays, in sat/vB.");

    public static readonly Setting<string> ExecutorKind = Setting.Choice(
        "executor.kind", "off", ["off", "evm"], "What executes the rollup: off for none, evm for a stock geth.");

    public static readonly Setting<string> ExecutorNamespace = Setting.Text(
        "executor.namespace", "", "The rollup's namespace.", "a namespace's name, or empty without an executor",
        text => text.Length == 0 || NamespaceId.IsValidName(text));

    public static readonly Setting<long> EvmChainId = Setting.Integer(
        "executor.evm_chain_id", 1337, 1, long.MaxValue, "The EVM chain's id (EIP-155).");

    public static readonly Setting<Uri> GethUrl = Setting.Url(
        "executor.geth_url", "http://127.0.0.1:8545", "geth's plain HTTP port, with the testing namespace: for nobody but this relayer and the gateway.");

    public static readonly Setting<Uri> GethEngineUrl = Setting.Url(
        "executor.geth_engine_url", "http://127.0.0.1:8551", "geth's Engine API.");

    public static readonly Setting<string> GethSecretFile = Setting.Text(
        "executor.geth_jwt_file", "", "The Engine API's secret, as geth was given it.", "a path");

    public static SettingCatalogue Catalogue { get; } = new(
        "relayer",
        NodeUrl, NodeAdminUrl, NodeAdminTokenFile, Listen, LogLevel,
        BitcoinNetwork, BitcoinUrl, BitcoinCookieFile, BitcoinUser, BitcoinPasswordFile, BitcoinKeyFile, Confirmations,
        CheckpointBlocks, CheckpointDelay, BitcoinPoll, FeeCap,
        ExecutorKind, ExecutorNamespace, EvmChainId, GethUrl, GethEngineUrl, GethSecretFile);
}
