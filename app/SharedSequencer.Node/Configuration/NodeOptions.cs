using Microsoft.Extensions.Logging;
using SharedSequencer.Abci;
using SharedSequencer.Application;
using SharedSequencer.Bitcoin;
using SharedSequencer.Hosting.Configuration;

namespace SharedSequencer.Node.Configuration;

/// <summary>A node's configuration, checked.</summary>
public sealed record NodeOptions
{
    public required NodeHome Home { get; init; }

    /// <summary><c>cometbft</c></summary>
    public required string Engine { get; init; }

    public required LogLevel LogLevel { get; init; }

    public required BitcoinNetwork BitcoinNetwork { get; init; }

    /// <summary>From so many confirmations on an anchor makes its blocks firm.</summary>
    public required int AnchorConfirmations { get; init; }

    /// <summary>Where CometBFT dials.</summary>
    public required AbciAddress Abci { get; init; }

    /// <summary>CometBFT's RPC.</summary>
    public required string CometRpc { get; init; }

    public required ListenAddress Api { get; init; }

    public required ListenAddress Admin { get; init; }

    public required long MaximumConnections { get; init; }

    public required int MaximumStreams { get; init; }

    public required int MaximumSubmissions { get; init; }

    public required ApplicationOptions Application { get; init; }
}
