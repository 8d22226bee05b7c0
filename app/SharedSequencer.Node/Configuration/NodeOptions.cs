using Microsoft.Extensions.Logging;
using SharedSequencer.Abci;
using SharedSequencer.Application;
using SharedSequencer.Application.Recovery;
using SharedSequencer.Application.Snapshots;
using SharedSequencer.Bitcoin;
using SharedSequencer.Hosting.Configuration;

namespace SharedSequencer.Node.Configuration;

/// <summary>A node's configuration, checked.</summary>
public sealed record NodeOptions
{
    public required NodeHome Home { get; init; }

    /// <summary><c>cometbft</c> or <c>embedded</c>: as the database records it.</summary>
    public required string Engine { get; init; }

    /// <summary>Whether the embedded engine orders the blocks.</summary>
    public bool IsEmbedded => Engine == NodeSettings.EmbeddedEngine;

    public required LogLevel LogLevel { get; init; }

    public required BitcoinNetwork BitcoinNetwork { get; init; }

    /// <summary>From so many confirmations on an anchor makes its blocks firm.</summary>
    public required int AnchorConfirmations { get; init; }

    /// <summary>Where CometBFT dials.</summary>
    public required AbciAddress Abci { get; init; }

    /// <summary>CometBFT's RPC; the embedded engine serves its own there.</summary>
    public required string CometRpc { get; init; }

    public required ListenAddress Api { get; init; }

    /// <summary>Null: no gRPC.</summary>
    public required ListenAddress? Grpc { get; init; }

    public required ListenAddress Admin { get; init; }

    public required long MaximumConnections { get; init; }

    /// <summary>0: no limit.</summary>
    public required long MaximumConnectionsPerClient { get; init; }

    /// <summary>Of one client; 0: no limit.</summary>
    public required int MaximumRequestsPerSecond { get; init; }

    public required int MaximumStreams { get; init; }

    public required int MaximumSubmissions { get; init; }

    /// <summary>0 keeps all.</summary>
    public required long RetainBlocks { get; init; }

    public required SnapshotOptions Snapshots { get; init; }

    /// <summary>Null but in tests of recovery.</summary>
    public FailPoint? FailPoint { get; init; }

    public required ApplicationOptions Application { get; init; }
}
