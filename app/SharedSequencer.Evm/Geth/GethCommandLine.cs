using System.Globalization;
using SharedSequencer.Evm.Blocks;

namespace SharedSequencer.Evm.Geth;

/// <summary>
/// How geth is started for a rollup: alone, without peers, on loopback. Its HTTP port serves the <c>testing</c> calls, which can move
/// the head: it is for the executor and the gateway, never for users.
/// </summary>
public sealed record GethCommandLine
{
    /// <summary>geth's own folder.</summary>
    public required string DataFolder { get; init; }

    public required EvmRollupRules Rules { get; init; }

    /// <summary>The plain JSON-RPC port.</summary>
    public required int HttpPort { get; init; }

    /// <summary>The Engine API's port.</summary>
    public required int EnginePort { get; init; }

    /// <summary>The file of the Engine API's secret: <see cref="Rpc.EngineSecret"/>.</summary>
    public required string SecretFile { get; init; }

    /// <summary>Megabytes for geth's caches.</summary>
    public int CacheMegabytes { get; init; } = 256;

    public Uri HttpUrl => new($"http://127.0.0.1:{HttpPort}");

    public Uri EngineUrl => new($"http://127.0.0.1:{EnginePort}");

    /// <summary>Writes the genesis into an empty data folder; on one that has it already it changes nothing.</summary>
    public IReadOnlyList<string> InitArguments(string genesisFile) => ["--datadir", DataFolder, "init", genesisFile];

    /// <summary>Runs it.</summary>
    public IReadOnlyList<string> StartArguments() =>
    [
        "--datadir", DataFolder,
        "--networkid", Text(Rules.ChainId),
        "--syncmode", "full",
        "--cache", Text((ulong)CacheMegabytes),
        // State is kept in memory until it fills this share of the cache, and all of it is lost when geth is killed: a small share
        // (2 MiB of 256) leaves few blocks to build again.
        "--cache.gc", "1",
        // The gas limit of built blocks is part of their hashes.
        "--miner.gaslimit", Text(Rules.BlockGasLimit),
        "--http", "--http.addr", "127.0.0.1", "--http.port", Text((ulong)HttpPort), "--http.api", "eth,net,web3,txpool,testing",
        "--authrpc.addr", "127.0.0.1", "--authrpc.port", Text((ulong)EnginePort), "--authrpc.jwtsecret", SecretFile,
        "--nodiscover", "--maxpeers", "0", "--port", "0", "--nat", "none", "--ipcdisable",
    ];

    private static string Text(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
