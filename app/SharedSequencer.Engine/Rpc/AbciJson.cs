using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.CometBft.Json;
using SharedSequencer.Engine.Storage;
using Wire = SharedSequencer.AbciProto;

namespace SharedSequencer.Engine.Rpc;

/// <summary>The application's answers as CometBFT's JSON: of some messages empty members are left out, of others not.</summary>
internal static class AbciJson
{
    public static void CheckResult(this Utf8JsonWriter json, string name, ResponseCheckTx result) => json.Result(
        name, result.Code, result.Data, result.Log, result.Info, result.GasWanted, result.GasUsed, result.Events, result.Codespace);

    public static void TxResult(this Utf8JsonWriter json, string? name, ExecTxResult result) => json.Result(
        name, result.Code, result.Data, result.Log, result.Info, result.GasWanted, result.GasUsed, result.Events, result.Codespace);

    /// <summary>A result inside the event of a transaction: without what is empty.</summary>
    public static void SparseResult(this Utf8JsonWriter json, string name, ExecTxResult result)
    {
        json.WriteStartObject(name);
        if (result.Code != 0)
            json.WriteNumber("code", result.Code);
        if (!result.Data.IsEmpty)
            json.WriteBase64String("data", result.Data.Span);
        json.TextUnlessEmpty("log", result.Log);
        json.TextUnlessEmpty("info", result.Info);
        if (result.GasWanted != 0)
            json.Int64("gas_wanted", result.GasWanted);
        if (result.GasUsed != 0)
            json.Int64("gas_used", result.GasUsed);
        if (result.Events.Count > 0)
            json.Events("events", result.Events);
        json.TextUnlessEmpty("codespace", result.Codespace);
        json.WriteEndObject();
    }

    public static void Query(this Utf8JsonWriter json, ResponseQuery response)
    {
        json.WriteStartObject("response");
        json.WriteNumber("code", response.Code);
        json.WriteString("log", response.Log);
        json.WriteString("info", response.Info);
        json.Int64("index", response.Index);
        json.BytesOrNull("key", response.Key);
        json.BytesOrNull("value", response.Value);
        if (response.ProofOps is null)
        {
            json.WriteNull("proofOps");
        }
        else
        {
            json.WriteStartObject("proofOps");
            json.WriteStartArray("ops");
            foreach (var operation in response.ProofOps.Ops)
            {
                json.WriteStartObject();
                json.WriteString("type", operation.Type);
                json.BytesOrNull("key", operation.Key);
                json.BytesOrNull("data", operation.Data);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.Int64("height", response.Height);
        json.WriteString("codespace", response.Codespace);
        json.WriteEndObject();
    }

    public static void Info(this Utf8JsonWriter json, ResponseInfo response)
    {
        json.WriteStartObject("response");
        json.TextUnlessEmpty("data", response.Data);
        json.TextUnlessEmpty("version", response.Version);
        if (response.AppVersion != 0)
            json.WriteString("app_version", response.AppVersion.ToString(CultureInfo.InvariantCulture));
        if (response.LastBlockHeight != 0)
            json.Int64("last_block_height", response.LastBlockHeight);
        if (!response.LastBlockAppHash.IsEmpty)
            json.WriteBase64String("last_block_app_hash", response.LastBlockAppHash.Span);
        json.WriteEndObject();
    }

    /// <summary>The members of block_results.</summary>
    public static void BlockResults(this Utf8JsonWriter json, long height, ResponseFinalizeBlock response)
    {
        json.Int64("height", height);
        json.ListOrNull("txs_results", response.TxResults, json.TxResult);
        json.ListOrNull("finalize_block_events", response.Events, json.Event);
        json.ListOrNull("validator_updates", response.ValidatorUpdates, json.ValidatorUpdate);
        if (response.ConsensusParamUpdates is { } parameters)
            json.ParamUpdates("consensus_param_updates", parameters);
        else
            json.WriteNull("consensus_param_updates");
        json.BytesOrNull("app_hash", response.AppHash);
    }

    /// <summary>FinalizeBlock's answer inside the event of a block: without what is empty.</summary>
    public static void FinalizeBlock(this Utf8JsonWriter json, string name, ResponseFinalizeBlock response)
    {
        json.WriteStartObject(name);
        if (response.Events.Count > 0)
            json.ListOrNull("events", response.Events, json.Event);
        if (response.TxResults.Count > 0)
            json.ListOrNull("tx_results", response.TxResults, json.TxResult);
        if (response.ValidatorUpdates.Count > 0)
            json.ListOrNull("validator_updates", response.ValidatorUpdates, json.ValidatorUpdate);
        if (response.ConsensusParamUpdates is { } parameters)
            json.ParamUpdates("consensus_param_updates", parameters);
        if (!response.AppHash.IsEmpty)
            json.WriteBase64String("app_hash", response.AppHash.Span);
        json.WriteEndObject();
    }

    private static void Result(
        this Utf8JsonWriter json,
        string? name,
        uint code,
        ByteString data,
        string log,
        string info,
        long gasWanted,
        long gasUsed,
        IReadOnlyList<Event> events,
        string codespace)
    {
        if (name is null)
            json.WriteStartObject();
        else
            json.WriteStartObject(name);
        json.WriteNumber("code", code);
        json.BytesOrNull("data", data);
        json.WriteString("log", log);
        json.WriteString("info", info);
        json.Int64("gas_wanted", gasWanted);
        json.Int64("gas_used", gasUsed);
        json.Events("events", events);
        json.WriteString("codespace", codespace);
        json.WriteEndObject();
    }

    private static void TxResult(this Utf8JsonWriter json, ExecTxResult result) => json.TxResult(null, result);

    private static void Events(this Utf8JsonWriter json, string name, IReadOnlyList<Event> events)
    {
        json.WriteStartArray(name);
        foreach (var item in events)
            json.Event(item);
        json.WriteEndArray();
    }

    private static void Event(this Utf8JsonWriter json, Event item)
    {
        json.WriteStartObject();
        json.WriteString("type", item.Type);
        json.WriteStartArray("attributes");
        foreach (var attribute in item.Attributes)
        {
            json.WriteStartObject();
            json.WriteString("key", attribute.Key);
            json.WriteString("value", attribute.Value);
            json.WriteBoolean("index", attribute.Index);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    // The key comes as Go prints a protobuf oneof, unlike everywhere else.
    private static void ValidatorUpdate(this Utf8JsonWriter json, ValidatorUpdate update)
    {
        json.WriteStartObject();
        json.WriteStartObject("pub_key");
        json.WriteStartObject("Sum");
        json.WriteString("type", "tendermint.crypto.PublicKey_Ed25519");
        json.WriteStartObject("value");
        json.WriteBase64String("ed25519", (update.PubKey?.Ed25519 ?? ByteString.Empty).Span);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        if (update.Power != 0)
            json.Int64("power", update.Power);
        json.WriteEndObject();
    }

    private static void ParamUpdates(this Utf8JsonWriter json, string name, Wire.Types.ConsensusParams parameters)
    {
        json.WriteStartObject(name);
        if (parameters.Block is { } block)
        {
            json.WriteStartObject("block");
            json.Int64("max_bytes", block.MaxBytes);
            json.Int64("max_gas", block.MaxGas);
            json.WriteEndObject();
        }

        if (parameters.Evidence is { } evidence)
        {
            var all = Consensus.ParamsConversion.Update(new CometBft.Types.ConsensusParams(0, 0, 0, 0, 0, [], 0, 0), parameters);
            json.WriteStartObject("evidence");
            json.Int64("max_age_num_blocks", evidence.MaxAgeNumBlocks);
            json.Int64("max_age_duration", all.EvidenceMaximumAgeNanoseconds);
            json.Int64("max_bytes", evidence.MaxBytes);
            json.WriteEndObject();
        }

        if (parameters.Validator is { } validator)
        {
            json.WriteStartObject("validator");
            json.WriteStartArray("pub_key_types");
            foreach (var type in validator.PubKeyTypes)
                json.WriteStringValue(type);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        if (parameters.Version is { } version)
        {
            json.WriteStartObject("version");
            json.WriteString("app", version.App.ToString(CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        if (parameters.Abci is { } abci)
        {
            json.WriteStartObject("abci");
            json.Int64("vote_extensions_enable_height", abci.VoteExtensionsEnableHeight);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void ListOrNull<T>(this Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<T> write)
    {
        if (items.Count == 0)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartArray(name);
        foreach (var item in items)
            write(item);
        json.WriteEndArray();
    }

    private static void BytesOrNull(this Utf8JsonWriter json, string name, ByteString bytes)
    {
        if (bytes.IsEmpty)
            json.WriteNull(name);
        else
            json.WriteBase64String(name, bytes.Span);
    }

    private static void TextUnlessEmpty(this Utf8JsonWriter json, string name, string text)
    {
        if (text.Length > 0)
            json.WriteString(name, text);
    }
}
