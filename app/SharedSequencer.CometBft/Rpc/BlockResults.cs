using System.Collections.Immutable;
using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Primitives;

namespace SharedSequencer.CometBft.Rpc;

/// <summary>One transaction's result: what the next header binds, and the texts that nothing binds.</summary>
public sealed record TransactionResult(ExecTxResult Result, string Log, string Info, string Codespace)
{
    internal static TransactionResult Read(JsonField json) => new(
        CometJsonReader.ExecTxResult(json),
        json.Get("log").Text(),
        json.Get("info").Text(),
        json.Get("codespace").Text());
}

/// <summary>A change of the validator set, as the application asked for it; power 0 takes a member out.</summary>
public readonly record struct ValidatorChange(ConsensusKey PublicKey, long Power)
{
    internal static ValidatorChange Read(JsonField json)
    {
        // The key comes as Go prints a protobuf oneof, unlike everywhere else.
        var key = json.Get("pub_key").Get("Sum").Get("value").Get("ed25519");
        var bytes = key.Base64();
        return bytes.Length == ConsensusKey.Length
            ? new ValidatorChange(ConsensusKey.From(bytes), json.TryGet("power", out var power) ? power.Int64() : 0)
            : throw key.Wrong("a key of 32 bytes in base64");
    }
}

/// <summary>What FinalizeBlock answered for a height.</summary>
/// <param name="AppHash">In the next height's header. Empty from nodes older than v0.38.1.</param>
public sealed record BlockResults(
    long Height,
    ImmutableArray<TransactionResult> Transactions,
    ImmutableArray<ValidatorChange> ValidatorChanges,
    HexBytes AppHash)
{
    private const int MaximumTransactions = 50 * 1024 * 1024;

    /// <summary>The next header's last_results_hash.</summary>
    public Hash256 Hash() => ExecTxResult.Hash(Transactions.Select(transaction => transaction.Result));

    internal static BlockResults Read(JsonField json) => new(
        json.Get("height").Int64(),
        json.TryGet("txs_results", out var results) ? results.Array(MaximumTransactions, TransactionResult.Read) : [],
        json.TryGet("validator_updates", out var updates) ? updates.Array(ValidatorSet.MaximumCount, ValidatorChange.Read) : [],
        json.TryGet("app_hash", out var hash) ? HexBytes.From(hash.Base64()) : HexBytes.Empty);
}
