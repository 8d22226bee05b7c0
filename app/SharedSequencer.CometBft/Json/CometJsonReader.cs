using System.Collections.Immutable;
using SharedSequencer.CometBft.Types;

namespace SharedSequencer.CometBft.Json;

/// <summary>Chain types from CometBFT's JSON.</summary>
internal static class CometJsonReader
{
    public const string Ed25519Key = "tendermint/PubKeyEd25519";

    // More transactions than fit the largest block that CometBFT admits (100 MiB), each at least two bytes long.
    private const int MaximumTransactions = 50 * 1024 * 1024;

    public static BlockId BlockId(JsonField json) => new(json.Get("hash").OptionalHash(), PartSetHeader(json.Get("parts")));

    public static Header Header(JsonField json) => new()
    {
        Version = new ConsensusVersion(json.Get("version").Get("block").UInt64(), AppVersion(json.Get("version"))),
        ChainId = ChainId(json.Get("chain_id")),
        Height = json.Get("height").Int64(),
        Time = json.Get("time").Time(),
        LastBlockId = BlockId(json.Get("last_block_id")),
        LastCommitHash = json.Get("last_commit_hash").OptionalHash(),
        DataHash = json.Get("data_hash").OptionalHash(),
        ValidatorsHash = json.Get("validators_hash").OptionalHash(),
        NextValidatorsHash = json.Get("next_validators_hash").OptionalHash(),
        ConsensusHash = json.Get("consensus_hash").OptionalHash(),
        AppHash = json.Get("app_hash").Hex(),
        LastResultsHash = json.Get("last_results_hash").OptionalHash(),
        EvidenceHash = json.Get("evidence_hash").OptionalHash(),
        ProposerAddress = json.Get("proposer_address").Address(),
    };

    public static Commit Commit(JsonField json) => new(
        NotNegative(json.Get("height")),
        json.Get("round").Int32() is >= 0 and var round ? round : throw json.Get("round").Wrong("a round from 0 up"),
        BlockId(json.Get("block_id")),
        json.Get("signatures").Array(Types.Commit.MaximumSignatures, CommitSig));

    public static SignedHeader SignedHeader(JsonField json) => new(Header(json.Get("header")), Commit(json.Get("commit")));

    public static Validator Validator(JsonField json)
    {
        var validator = new Validator(
            ConsensusKey(json.Get("pub_key")),
            json.Get("voting_power").Int64(),
            json.Get("proposer_priority").Int64());
        var address = json.Get("address").Address();
        return address == validator.Address
            ? validator
            : throw json.Get("address").Wrong($"the address of the key beside it, {validator.Address},");
    }

    public static ConsensusKey ConsensusKey(JsonField json)
    {
        if (json.Get("type").Text() != Ed25519Key)
            throw json.Get("type").Wrong($"the key type {Ed25519Key}");
        var key = json.Get("value").Base64();
        return key.Length == Types.ConsensusKey.Length
            ? Types.ConsensusKey.From(key)
            : throw json.Get("value").Wrong("a key of 32 bytes in base64");
    }

    public static ConsensusParams ConsensusParams(JsonField json)
    {
        var block = json.Get("block");
        var evidence = json.Get("evidence");
        return new ConsensusParams(
            block.Get("max_bytes").Int64(),
            block.Get("max_gas").Int64(),
            evidence.Get("max_age_num_blocks").Int64(),
            evidence.Get("max_age_duration").Int64(),
            evidence.Get("max_bytes").Int64(),
            json.Get("validator").Get("pub_key_types").Array(16, type => type.Text()),
            json.TryGet("version", out var version) ? AppVersion(version) : 0,
            json.TryGet("abci", out var abci) ? abci.Get("vote_extensions_enable_height").Int64() : 0);
    }

    public static ExecTxResult ExecTxResult(JsonField json) => new(
        json.Get("code").UInt32(),
        HexBytes.From(json.Get("data").Base64()),
        json.Get("gas_wanted").Int64(),
        json.Get("gas_used").Int64());

    public static ImmutableArray<ReadOnlyMemory<byte>> Transactions(JsonField json) =>
        json.Array(MaximumTransactions, transaction => (ReadOnlyMemory<byte>)transaction.Base64());

    private static PartSetHeader PartSetHeader(JsonField json) => new(json.Get("total").UInt32(), json.Get("hash").OptionalHash());

    private static CommitSig CommitSig(JsonField json)
    {
        var result = new CommitSig(
            (BlockIdFlag)json.Get("block_id_flag").Int32(),
            json.Get("validator_address").OptionalAddress(),
            json.Get("timestamp").Time(),
            HexBytes.From(json.Get("signature").Base64()));
        return result.Fault() is { } fault ? throw json.Wrong($"a commit signature ({fault})") : result;
    }

    private static long NotNegative(JsonField json) => json.Int64() is >= 0 and var value ? value : throw json.Wrong("a number from 0 up");

    // Go leaves the version out when it is zero.
    private static ulong AppVersion(JsonField version) => version.TryGet("app", out var app) ? app.UInt64() : 0;

    private static string ChainId(JsonField json) =>
        json.Text() is { Length: <= Types.Header.MaximumChainIdLength } id ? id : throw json.Wrong("a chain id of at most 50 characters");
}
