namespace SharedSequencer.Api.Contracts;

/// <summary><c>GET /v1/blocks/{height or latest}</c></summary>
public sealed record BlockResponse
{
    public required long Height { get; init; }

    public required DateTimeOffset Time { get; init; }

    /// <summary>Lower hex.</summary>
    public required string Hash { get; init; }

    /// <summary>The app_hash after this block; header H+1 carries it.</summary>
    public required string AppHash { get; init; }

    /// <summary>Address of the proposer, upper hex as CometBFT prints it; null until the header was fetched.</summary>
    public string? Proposer { get; init; }

    /// <summary>The preamble; null for a block without transactions.</summary>
    public PreambleResponse? Preamble { get; init; }

    /// <summary>Ids of the transactions, in order, without the preamble.</summary>
    public required IReadOnlyList<string> Transactions { get; init; }

    /// <summary>The namespaces that have a slice here, ascending.</summary>
    public required IReadOnlyList<string> Namespaces { get; init; }
}

/// <summary>A block's preamble. The root in lower hex, 48 bytes.</summary>
public sealed record PreambleResponse(string NamespaceRoot, uint EntryCount, ulong PayloadBytes, uint ForcedCount);

/// <summary><c>GET /v1/light/{height or latest}</c></summary>
/// <param name="LightBlock">Canonical <c>tendermint.types.LightBlock</c>: header, commit, validator set; base64.</param>
public sealed record LightResponse(long Height, string Hash, byte[] LightBlock);

/// <summary><c>GET /v1/accounts/{address}</c>, with <c>?proof=true</c> at the newest height that can be proven, or at <c>&amp;height=</c>.</summary>
public sealed record AccountResponse
{
    public required string Address { get; init; }

    /// <summary>In useq.</summary>
    public required string Balance { get; init; }

    /// <summary>The nonce of the next transaction by the committed state.</summary>
    public required ulong Nonce { get; init; }

    /// <summary>The nonce of the next transaction when all of the account's in the pool are counted.</summary>
    public required ulong PendingNonce { get; init; }

    /// <summary>The height at which this was read. With a proof: the newest whose successor's header is there.</summary>
    public required long Height { get; init; }

    /// <summary>All that a verifier needs, when it was asked for. It covers balance and nonce, not the pending nonce.</summary>
    public AccountProofResponse? Proof { get; init; }
}

/// <summary><c>GET /v1/fees</c>: prices after the block at this height. In useq for each byte; a namespace's are in its record.</summary>
/// <param name="BaseFeePerByte">For each byte of a signed transaction; it falls by itself while little is ordered.</param>
/// <param name="SuggestedTipPerByte">Whatever pays the base fee is included; a tip buys a better place.</param>
public sealed record FeesResponse(string BaseFeePerByte, string SuggestedTipPerByte, long Height);

/// <summary><c>GET /v1/status</c></summary>
public sealed record StatusResponse
{
    public required string ChainId { get; init; }

    public required string Version { get; init; }

    /// <summary><c>cometbft</c> or <c>embedded</c>.</summary>
    public required string Engine { get; init; }

    /// <summary>The last committed height.</summary>
    public required long Height { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required string BlockHash { get; init; }

    public required string AppHash { get; init; }

    /// <summary>The first height whose block is still kept.</summary>
    public required long EarliestHeight { get; init; }

    /// <summary>The newest height whose header and commit are stored.</summary>
    public required long LightHeight { get; init; }

    /// <summary>Transactions in the pool, and their bytes.</summary>
    public required int PoolCount { get; init; }

    public required long PoolBytes { get; init; }

    /// <summary>Seconds that a transaction's expiry may lie ahead of the block time.</summary>
    public required ulong MaxTransactionLifetime { get; init; }
}
