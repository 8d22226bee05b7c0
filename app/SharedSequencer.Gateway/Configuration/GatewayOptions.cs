using Microsoft.Extensions.Logging;
using SharedSequencer.Hosting.Configuration;
using SharedSequencer.Primitives;

namespace SharedSequencer.Gateway.Configuration;

/// <summary>The gateway's configuration, checked. <see cref="GatewaySettings"/> describes each value.</summary>
internal sealed record GatewayOptions
{
    public required ListenAddress Listen { get; init; }

    public required Uri NodeUrl { get; init; }

    public required NamespaceId Namespace { get; init; }

    /// <summary>As the user wrote it, for messages.</summary>
    public required string NamespaceText { get; init; }

    public required Uri GethUrl { get; init; }

    public required string KeyFile { get; init; }

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    public TimeSpan Gather { get; init; } = TimeSpan.FromMilliseconds(20);

    public TimeSpan NoncePatience { get; init; } = TimeSpan.FromSeconds(2);

    public int MaximumCallsPerSecond { get; init; } = 500;

    public long MaximumConnectionsPerClient { get; init; } = 500;

    public int MaximumRequestBytes { get; init; } = 1024 * 1024;

    public int MaximumBatch { get; init; } = 100;

    public int MaximumTransactionBytes { get; init; } = 128 * 1024;

    public int MaximumSubmissionBytes { get; init; } = 400_000;

    public int MaximumSubmissionCount { get; init; } = 250;

    public TimeSpan SubmissionLifetime { get; init; } = TimeSpan.FromMinutes(2);

    public int MaximumPending { get; init; } = 10_000;

    public int MaximumPendingPerAccount { get; init; } = 200;

    public long MaximumPendingBytes { get; init; } = 64 * 1024 * 1024;

    public int History { get; init; } = 100_000;

    public ulong HistorySlices { get; init; } = 10_000;

    public TimeSpan UpstreamTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public int UpstreamConcurrency { get; init; } = 64;

    public long MaximumResponseBytes { get; init; } = 16 * 1024 * 1024;
}
