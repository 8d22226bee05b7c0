using SharedSequencer.Hosting.Configuration;
using SharedSequencer.Hosting.Logging;
using SharedSequencer.Primitives;

namespace SharedSequencer.Gateway.Configuration;

/// <summary>The gateway's settings: <c>HOME/config/gateway.toml</c> and <c>SEQ_GATEWAY_…</c>.</summary>
internal static class GatewaySettings
{
    private static readonly Setting<string> s_logLevel = LogLevelSetting.Create();

    private static readonly Setting<ListenAddress> s_listen = Setting.Listen(
        "listen", "127.0.0.1:8545", "Where wallets reach the gateway, by HTTP. Port 0 takes any that is free.");

    private static readonly Setting<Uri> s_nodeUrl = Setting.Url(
        "node_url", "http://127.0.0.1:8080", "The API of a sequencer node, without /v1. The gateway trusts it: take your own.");

    private static readonly Setting<string> s_namespace = Setting.RequiredText(
        "namespace", "The rollup's namespace.", "a name ([a-z0-9-]{3,32}) or an id (16 hex digits)",
        text => NamespaceId.IsValidName(text) || NamespaceId.TryParse(text, out _));

    private static readonly Setting<Uri> s_gethUrl = Setting.Url(
        "geth_url", "http://127.0.0.1:8547", "The plain HTTP port of the rollup's execution client. Users must not reach it.");

    private static readonly Setting<string> s_keyFile = Setting.Text(
        "key_file", "keys/gateway.key",
        "The secret key of the account that pays the sequencer: 64 hex digits or WIF, a file of mode 0600, relative to the home\n"
        + "folder. It is made when there is none; 'gateway account' shows which account to fund.",
        "a path", text => text.Length > 0);

    private static readonly Setting<TimeSpan> s_gather = Setting.Duration(
        "gather", TimeSpan.FromMilliseconds(20), TimeSpan.Zero, TimeSpan.FromSeconds(1),
        "Transactions that arrive within this time share one submission to the sequencer.");

    private static readonly Setting<TimeSpan> s_noncePatience = Setting.Duration(
        "nonce_patience", TimeSpan.FromSeconds(2), TimeSpan.Zero, TimeSpan.FromSeconds(10),
        "A transaction whose predecessor has not arrived waits so long before it is refused as \"nonce too high\": what a wallet\n"
        + "sends at once can arrive in any order.");

    private static readonly Setting<long> s_maxCallsPerSecond = Setting.Integer(
        "max_calls_per_second", 500, 0, 1_000_000,
        "Calls that one client (an IPv4 address, an IPv6 /64) may make in a second on average, at once those of 5 s; each of a batch\n"
        + "counts. Further ones get status 429. 0 sets no limit: behind a proxy all have its address, and it must limit them.");

    private static readonly Setting<long> s_maxConnectionsPerClient = Setting.Integer(
        "max_connections_per_client", 500, 0, 100_000, "Connections of one client at a time; 0 sets no limit.");

    private static readonly Setting<long> s_maxRequestBytes = Setting.Integer(
        "max_request_bytes", 1024 * 1024, 1024, 8 * 1024 * 1024, "Bytes of a request's body.");

    private static readonly Setting<long> s_maxBatch = Setting.Integer("max_batch", 100, 1, 1000, "Calls in one batch.");

    private static readonly Setting<long> s_maxTransactionBytes = Setting.Integer(
        "max_transaction_bytes", 128 * 1024, 1024, 128 * 1024, "Bytes of a raw transaction. The executor drops what is longer than 131072.");

    private static readonly Setting<long> s_maxSubmissionBytes = Setting.Integer(
        "max_submission_bytes", 400_000, 132_000, 500_000, "Bytes of the transactions in one submission. The sequencer takes 524288, with framing.");

    private static readonly Setting<long> s_maxSubmissionCount = Setting.Integer(
        "max_submission_count", 250, 1, 256, "Transactions in one submission.");

    private static readonly Setting<TimeSpan> s_submissionLifetime = Setting.Duration(
        "submission_lifetime", TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(5), TimeSpan.FromHours(1),
        "A submission that is in no block after this time is dead, and its transactions' nonces are free again.");

    private static readonly Setting<long> s_maxPending = Setting.Integer(
        "max_pending", 10_000, 1, 1_000_000, "Transactions that are accepted and not executed yet.");

    private static readonly Setting<long> s_maxPendingPerAccount = Setting.Integer(
        "max_pending_per_account", 200, 1, 100_000, "The same for one account.");

    private static readonly Setting<long> s_maxPendingBytes = Setting.Integer(
        "max_pending_bytes", 64 * 1024 * 1024, 1024 * 1024, 1L << 34, "The same in bytes.");

    private static readonly Setting<long> s_history = Setting.Integer(
        "history", 100_000, 1_000, 10_000_000, "Transactions whose place in the sequencer is remembered; older ones are looked up again.");

    private static readonly Setting<long> s_historySlices = Setting.Integer(
        "history_slices", 10_000, 0, 1_000_000, "Slices that are read again at start, to remember their transactions.");

    private static readonly Setting<TimeSpan> s_upstreamTimeout = Setting.Duration(
        "upstream_timeout", TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5),
        "How long the execution client may take for one request.");

    private static readonly Setting<long> s_upstreamConcurrency = Setting.Integer(
        "upstream_concurrency", 64, 1, 1000, "Requests to the execution client at one time; others wait.");

    private static readonly Setting<long> s_maxResponseBytes = Setting.Integer(
        "max_response_bytes", 16 * 1024 * 1024, 1024 * 1024, 256 * 1024 * 1024, "Bytes of the execution client's answer.");

    public static SettingCatalogue Catalogue { get; } = new(
        "gateway", s_listen, s_nodeUrl, s_namespace, s_gethUrl, s_keyFile, s_logLevel, s_gather, s_noncePatience,
        s_maxCallsPerSecond, s_maxConnectionsPerClient, s_maxRequestBytes, s_maxBatch, s_maxTransactionBytes, s_maxSubmissionBytes, s_maxSubmissionCount, s_submissionLifetime,
        s_maxPending, s_maxPendingPerAccount, s_maxPendingBytes, s_history, s_historySlices,
        s_upstreamTimeout, s_upstreamConcurrency, s_maxResponseBytes);

    /// <summary>The checked values; the key file's path is made absolute.</summary>
    public static GatewayOptions Options(SettingValues values, string home) => new()
    {
        Listen = values.Get(s_listen),
        NodeUrl = values.Get(s_nodeUrl),
        Namespace = NamespaceId.TryParse(values.Get(s_namespace), out var id) ? id : NamespaceId.OfName(values.Get(s_namespace)),
        NamespaceText = values.Get(s_namespace),
        GethUrl = values.Get(s_gethUrl),
        KeyFile = Path.Combine(home, values.Get(s_keyFile)),
        LogLevel = LogLevelSetting.Parse(values.Get(s_logLevel)),
        Gather = values.Get(s_gather),
        NoncePatience = values.Get(s_noncePatience),
        MaximumCallsPerSecond = (int)values.Get(s_maxCallsPerSecond),
        MaximumConnectionsPerClient = values.Get(s_maxConnectionsPerClient),
        MaximumRequestBytes = (int)values.Get(s_maxRequestBytes),
        MaximumBatch = (int)values.Get(s_maxBatch),
        MaximumTransactionBytes = (int)values.Get(s_maxTransactionBytes),
        MaximumSubmissionBytes = (int)values.Get(s_maxSubmissionBytes),
        MaximumSubmissionCount = (int)values.Get(s_maxSubmissionCount),
        SubmissionLifetime = values.Get(s_submissionLifetime),
        MaximumPending = (int)values.Get(s_maxPending),
        MaximumPendingPerAccount = (int)values.Get(s_maxPendingPerAccount),
        MaximumPendingBytes = values.Get(s_maxPendingBytes),
        History = (int)values.Get(s_history),
        HistorySlices = (ulong)values.Get(s_historySlices),
        UpstreamTimeout = values.Get(s_upstreamTimeout),
        UpstreamConcurrency = (int)values.Get(s_upstreamConcurrency),
        MaximumResponseBytes = values.Get(s_maxResponseBytes),
    };
}
