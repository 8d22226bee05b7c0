using System.Globalization;
using System.Text.Json;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Primitives;

namespace SharedSequencer.CometBft.Json;

/// <summary>Chain types as CometBFT's JSON, member for member in its own order.</summary>
internal static class CometJsonWriter
{
    public static void BlockId(this Utf8JsonWriter json, string name, BlockId id)
    {
        json.WriteStartObject(name);
        json.Hash("hash", id.Hash);
        json.WriteStartObject("parts");
        json.WriteNumber("total", id.Parts.Total);
        json.Hash("hash", id.Parts.Hash);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void Header(this Utf8JsonWriter json, string name, Header header)
    {
        json.WriteStartObject(name);
        json.WriteStartObject("version");
        json.WriteString("block", header.Version.Block.ToString(CultureInfo.InvariantCulture));
        if (header.Version.App != 0)
            json.WriteString("app", header.Version.App.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
        json.WriteString("chain_id", header.ChainId);
        json.Int64("height", header.Height);
        json.WriteString("time", header.Time.ToString());
        json.BlockId("last_block_id", header.LastBlockId);
        json.Hash("last_commit_hash", header.LastCommitHash);
        json.Hash("data_hash", header.DataHash);
        json.Hash("validators_hash", header.ValidatorsHash);
        json.Hash("next_validators_hash", header.NextValidatorsHash);
        json.Hash("consensus_hash", header.ConsensusHash);
        json.WriteString("app_hash", header.AppHash.ToString());
        json.Hash("last_results_hash", header.LastResultsHash);
        json.Hash("evidence_hash", header.EvidenceHash);
        json.WriteString("proposer_address", header.ProposerAddress.ToString());
        json.WriteEndObject();
    }

    public static void Commit(this Utf8JsonWriter json, string name, Commit commit)
    {
        json.WriteStartObject(name);
        json.Int64("height", commit.Height);
        json.WriteNumber("round", commit.Round);
        json.BlockId("block_id", commit.BlockId);
        json.WriteStartArray("signatures");
        foreach (var signature in commit.Signatures)
            json.CommitSig(signature);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void SignedHeader(this Utf8JsonWriter json, string name, SignedHeader signedHeader)
    {
        json.WriteStartObject(name);
        json.Header("header", signedHeader.Header);
        json.Commit("commit", signedHeader.Commit);
        json.WriteEndObject();
    }

    public static void Validators(this Utf8JsonWriter json, string name, IEnumerable<Validator> validators)
    {
        json.WriteStartArray(name);
        foreach (var validator in validators)
        {
            json.WriteStartObject();
            json.WriteString("address", validator.Address.ToString());
            json.ConsensusKey("pub_key", validator.PublicKey);
            json.Int64("voting_power", validator.VotingPower);
            json.Int64("proposer_priority", validator.ProposerPriority);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void ConsensusKey(this Utf8JsonWriter json, string name, ConsensusKey key)
    {
        json.WriteStartObject(name);
        json.WriteString("type", CometJsonReader.Ed25519Key);
        json.WriteBase64String("value", key.Span);
        json.WriteEndObject();
    }

    public static void ConsensusParams(this Utf8JsonWriter json, string name, ConsensusParams parameters)
    {
        json.WriteStartObject(name);
        json.WriteStartObject("block");
        json.Int64("max_bytes", parameters.MaximumBlockBytes);
        json.Int64("max_gas", parameters.MaximumBlockGas);
        json.WriteEndObject();
        json.WriteStartObject("evidence");
        json.Int64("max_age_num_blocks", parameters.EvidenceMaximumAgeBlocks);
        json.Int64("max_age_duration", parameters.EvidenceMaximumAgeNanoseconds);
        json.Int64("max_bytes", parameters.EvidenceMaximumBytes);
        json.WriteEndObject();
        json.WriteStartObject("validator");
        json.WriteStartArray("pub_key_types");
        foreach (var type in parameters.PublicKeyTypes)
            json.WriteStringValue(type);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartObject("version");
        json.WriteString("app", parameters.AppVersion.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
        json.WriteStartObject("abci");
        json.Int64("vote_extensions_enable_height", parameters.VoteExtensionsEnableHeight);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void Int64(this Utf8JsonWriter json, string name, long value) =>
        json.WriteString(name, value.ToString(CultureInfo.InvariantCulture));

    private static void CommitSig(this Utf8JsonWriter json, CommitSig signature)
    {
        json.WriteStartObject();
        json.WriteNumber("block_id_flag", (int)signature.BlockIdFlag);
        json.WriteString("validator_address", signature.ValidatorAddress?.ToString() ?? "");
        json.WriteString("timestamp", signature.Timestamp.ToString());
        if (signature.Signature.IsEmpty)
            json.WriteNull("signature");
        else
            json.WriteBase64String("signature", signature.Signature.Span);
        json.WriteEndObject();
    }

    private static void Hash(this Utf8JsonWriter json, string name, Hash256? hash) =>
        json.WriteString(name, hash is { } value ? Convert.ToHexString(value.Span) : "");
}
