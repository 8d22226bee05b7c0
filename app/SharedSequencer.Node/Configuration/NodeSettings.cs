using SharedSequencer.Abci;
using SharedSequencer.Application.Recovery;
using SharedSequencer.Bitcoin;
using SharedSequencer.Hosting.Configuration;
using SharedSequencer.Hosting.Logging;

namespace SharedSequencer.Node.Configuration;

/// <summary>What a node can be told, and what it is told when it is told nothing.</summary>
internal static class NodeSettings
{
    public const string CometBftEngine = "cometbft";
    public const string EmbeddedEngine = "embedded";

    private const string FloodMempool = "flood";
    private const string AppMempool = "app";
    private const string OwnGossip = "own";
    private const string AllGossip = "all";

    /// <summary>The command line may name it, too.</summary>
    public static Setting<string> Engine { get; } = Setting.Choice(
        "engine", CometBftEngine, [CometBftEngine, EmbeddedEngine],
        "What orders the blocks: CometBFT, or for development, with one validator, an engine inside this process. The database\nkeeps to the one it was made with.");

    private static readonly Setting<string> s_logLevel = LogLevelSetting.Create();

    private static readonly Setting<string> s_bitcoinNetwork = Setting.Choice(
        "bitcoin_network", "main", [.. BitcoinNetwork.All.Select(network => network.Name)],
        "The Bitcoin network that reported anchors must be in.");

    private static readonly Setting<long> s_anchorConfirmations = Setting.Integer(
        "anchor_confirmations", 6, 1, 100,
        "Confirmations of an anchor in Bitcoin from which on its blocks are firm. On regtest 1 is enough.");

    private static readonly Setting<long> s_retainBlocks = Setting.Integer(
        "retain_blocks", 0, 0, 1L << 40,
        "So many of the newest blocks are kept, here and in CometBFT; 0 keeps all.\nMore are kept where evidence of genesis' age, the oldest snapshot or stepping back 100 blocks needs them.");

    private static readonly Setting<string> s_failPoint = Setting.Text(
        "fail_point", "",
        "For tests of recovery: where this process ends itself as kill -9 would. Leave it empty.",
        $"empty, or POINT:NUMBER with a POINT of {string.Join(", ", FailPoint.Names)}",
        text => text.Length == 0 || FailPoint.TryParse(text, out _));

    private static readonly Setting<string> s_abciListen = Setting.Text(
        "abci.listen", "",
        "Where CometBFT dials this node: its proxy_app. Empty: the unix socket run/abci.sock in the home folder.",
        "empty, or an address such as \"unix:///run/seq/abci.sock\" or \"tcp://127.0.0.1:26658\"",
        text => text.Length == 0 || IsAbciAddress(text));

    private static readonly Setting<string> s_cometRpc = Setting.Text(
        "cometbft.rpc", "http://127.0.0.1:26657",
        "The RPC of this node's own CometBFT: transactions are submitted there, headers and commits fetched.\nThe embedded engine serves the same RPC there.\nKeep it private: whoever reaches it goes around this node's limits.",
        "an address such as \"http://127.0.0.1:26657\" or \"unix:///run/seq/rpc.sock\"",
        text => text.StartsWith("unix:///", StringComparison.Ordinal)
            || (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" or "tcp"));

    private static readonly Setting<string> s_mempool = Setting.Choice(
        "cometbft.mempool", FloodMempool, [FloodMempool, AppMempool],
        "mempool.type of CometBFT's config.toml. \"flood\": CometBFT has a mempool of its own (v0.38). \"app\": this node has\nthe only one, and the API puts transactions straight into it (v0.40).");

    private static readonly Setting<ListenAddress> s_apiListen = Setting.Listen(
        "api.listen", "127.0.0.1:8080", "Where the HTTP API is served. Everyone may reach it.");

    private static readonly Setting<long> s_apiConnections = Setting.Integer(
        "api.max_connections", 2000, 1, 100_000, "Connections at a time, streams included. Further ones are closed.");

    private static readonly Setting<long> s_apiConnectionsPerClient = Setting.Integer(
        "api.max_connections_per_client", 500, 0, 100_000,
        "Of them so many for one client: an IPv4 address, an IPv6 /64. 0 sets no limit: behind a proxy all have its address,\nand it must limit them.");

    private static readonly Setting<long> s_apiRequests = Setting.Integer(
        "api.max_requests_per_second", 1000, 0, 1_000_000,
        "Requests that one client may send in a second on average, at once those of 5 s; a batch of transactions counts as one.\nFurther ones get status 429. 0 sets no limit.");

    private static readonly Setting<long> s_apiStreams = Setting.Integer(
        "api.max_streams", 1500, 1, 100_000, "Event streams at a time. A follower of slices can hold one slice in memory while it is sent.");

    private static readonly Setting<long> s_apiSubmissions = Setting.Integer(
        "api.max_submissions", 256, 1, 10_000, "Submissions that are worked on at a time; as many again wait, further ones are told to come back.\nOne takes some 20 ms, most of it waiting: CometBFT sends checks in groups.");

    private static readonly Setting<ListenAddress?> s_grpcListen = Setting.ListenOrNone(
        "grpc.listen", "127.0.0.1:9090",
        "Where the same API is served as gRPC (HTTP/2 without TLS). Everyone may reach it; the limits of [api] hold here, too.");

    private static readonly Setting<ListenAddress> s_adminListen = Setting.Listen(
        "admin.listen", "127.0.0.1:8081",
        "Where the relayer reports anchors. On loopback only; the token is in config/admin.token.");

    private static readonly Setting<long> s_poolCount = Setting.Integer(
        "pool.max_transactions", 80_000, 1, 10_000_000, "Transactions that the pool holds. Keep CometBFT's mempool.size above it.");

    private static readonly Setting<long> s_poolBytes = Setting.Integer(
        "pool.max_bytes", 256L * 1024 * 1024, 1024 * 1024, 1L << 40,
        "Bytes that the pool holds. Keep CometBFT's mempool.max_txs_bytes above it.");

    private static readonly Setting<long> s_poolPerAccount = Setting.Integer(
        "pool.max_transactions_per_account", 5_000, 1, 10_000_000, "Transactions of one account that the pool holds.");

    private static readonly Setting<long> s_poolWaiting = Setting.Integer(
        "pool.max_waiting", 20_000, 1, 10_000_000, "Transactions that wait for an earlier nonce of their account; of one account at most 1024.");

    private static readonly Setting<long> s_poolWaitingSeconds = Setting.Integer(
        "pool.max_waiting_seconds", 300, 1, 86_400, "How long a transaction may wait for an earlier nonce, in seconds of block time.");

    private static readonly Setting<long> s_poolGuaranteed = Setting.Integer(
        "pool.guaranteed_percent", 50, 0, 90,
        "The part of the pool, and of the blocks that this node proposes, that namespaces are guaranteed by their deposits.\nThe rest goes by tip.");

    private static readonly Setting<string> s_poolGossip = Setting.Choice(
        "pool.gossip", OwnGossip, [OwnGossip, AllGossip],
        "With cometbft.mempool \"app\": what is gossiped. \"own\": what came in here. \"all\": what other nodes sent, too; needed\nwhere not every validator is connected to every other.");

    private static readonly Setting<long> s_snapshotInterval = Setting.Integer(
        "snapshots.interval", 10_000, 0, 1L << 40,
        "A snapshot of the state after each block whose height this divides, for nodes that join; 0 makes none.\nThe same on all nodes, so that a joining node finds several with the same snapshot.");

    private static readonly Setting<long> s_snapshotKeep = Setting.Integer(
        "snapshots.keep", 2, 2, 10, "Snapshots that are kept, the newest. CometBFT offers ten at most.");

    public static SettingCatalogue Catalogue { get; } = new(
        "sequencer",
        Engine, s_logLevel, s_bitcoinNetwork, s_anchorConfirmations, s_retainBlocks, s_failPoint,
        s_abciListen,
        s_cometRpc, s_mempool,
        s_apiListen, s_apiConnections, s_apiConnectionsPerClient, s_apiRequests, s_apiStreams, s_apiSubmissions,
        s_grpcListen,
        s_adminListen,
        s_poolCount, s_poolBytes, s_poolPerAccount, s_poolWaiting, s_poolWaitingSeconds, s_poolGuaranteed, s_poolGossip,
        s_snapshotInterval, s_snapshotKeep);

    /// <exception cref="ConfigurationException">The socket's path is too long, or settings do not go together.</exception>
    public static NodeOptions Read(NodeHome home, SettingValues values) => new()
    {
        Home = home,
        Engine = EngineOf(values),
        LogLevel = LogLevelSetting.Parse(values.Get(s_logLevel)),
        BitcoinNetwork = BitcoinNetwork.Parse(values.Get(s_bitcoinNetwork)),
        AnchorConfirmations = (int)values.Get(s_anchorConfirmations),
        Abci = AbciAddressOf(home, values.Get(s_abciListen)),
        CometRpc = values.Get(s_cometRpc),
        Api = values.Get(s_apiListen),
        MaximumConnections = values.Get(s_apiConnections),
        MaximumConnectionsPerClient = values.Get(s_apiConnectionsPerClient),
        MaximumRequestsPerSecond = (int)values.Get(s_apiRequests),
        MaximumStreams = (int)values.Get(s_apiStreams),
        MaximumSubmissions = (int)values.Get(s_apiSubmissions),
        Grpc = values.Get(s_grpcListen),
        Admin = values.Get(s_adminListen),
        RetainBlocks = values.Get(s_retainBlocks),
        FailPoint = FailPoint.TryParse(values.Get(s_failPoint), out var point) ? point : null,
        Snapshots = new() { Interval = values.Get(s_snapshotInterval), Keep = (int)values.Get(s_snapshotKeep) },
        Application = new()
        {
            PoolCount = (int)values.Get(s_poolCount),
            PoolBytes = values.Get(s_poolBytes),
            PoolCountPerAccount = (int)values.Get(s_poolPerAccount),
            ParkedCount = (int)values.Get(s_poolWaiting),
            ParkedSeconds = values.Get(s_poolWaitingSeconds),
            GuaranteedPercent = (int)values.Get(s_poolGuaranteed),
            AppMempool = values.Get(s_mempool) == AppMempool,
            GossipOfPeers = values.Get(s_poolGossip) == AllGossip,
        },
    };

    private static string EngineOf(SettingValues values)
    {
        var engine = values.Get(Engine);
        return engine == EmbeddedEngine && values.Get(s_mempool) == AppMempool
            ? throw new ConfigurationException($"cometbft.mempool is \"{AppMempool}\", which the embedded engine does not have: set it to \"{FloodMempool}\".")
            : engine;
    }

    private static AbciAddress AbciAddressOf(NodeHome home, string text)
    {
        try
        {
            return text.Length == 0 ? AbciAddress.Unix(home.Socket) : AbciAddress.Parse(text);
        }
        catch (FormatException error)
        {
            throw new ConfigurationException($"{error.Message} Set abci.listen to a unix socket with a shorter path, such as unix:///run/seq/abci.sock.");
        }
    }

    private static bool IsAbciAddress(string text)
    {
        try
        {
            _ = AbciAddress.Parse(text);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
