using System.Globalization;
using System.Text.Json;
using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Engine.Storage;
using SharedSequencer.Primitives;

namespace SharedSequencer.Engine.Rpc;

/// <summary>What the stores can answer. Heights and errors are CometBFT's own, as clients go by their words.</summary>
internal sealed class ChainMethods(EngineStore store, GenesisDocument genesis, ConsensusKey own, string rpcAddress)
{
    // Nobody is listened for; but clients want these to be there.
    private const string NoPeers = "tcp://127.0.0.1:0";
    private const string Channels = "40202122233038606100";

    private const int MetasAtMost = 20;
    private const int ValidatorsPerPage = 30;
    private const int ValidatorsAtMost = 100;

    public IEnumerable<RpcMethod> All =>
    [
        RpcMethod.Of("health", [], _ => _ => { }),
        RpcMethod.Of("status", [], _ => Status),
        RpcMethod.Of("genesis", [], _ => Genesis),
        RpcMethod.Of("header", ["height"], p => Header(Height(p))),
        RpcMethod.Of("header_by_hash", ["hash"], p => Header(HeightOf(p.Bytes("hash")))),
        RpcMethod.Of("block", ["height"], p => Block(Height(p))),
        RpcMethod.Of("block_by_hash", ["hash"], p => Block(HeightOf(p.Bytes("hash")))),
        RpcMethod.Of("block_results", ["height"], p => BlockResults(Height(p))),
        RpcMethod.Of("blockchain", ["minHeight", "maxHeight"], p => Blockchain(p.Int64("minHeight") ?? 0, p.Int64("maxHeight") ?? 0)),
        RpcMethod.Of("commit", ["height"], p => Commit(Height(p))),
        RpcMethod.Of("validators", ["height", "page", "per_page"], p => Validators(Height(p, store.Height + 1), p.Int64("page"), p.Int64("per_page"))),
        RpcMethod.Of("consensus_params", ["height"], p => Params(Height(p, store.Height + 1))),
        RpcMethod.Of("tx", ["hash", "prove"], p => Transaction(p.Bytes("hash"), p.Bool("prove"))),
    ];

    private void Status(Utf8JsonWriter json)
    {
        var latest = store.Meta(store.Height);
        var earliest = store.Meta(store.Base);
        var validators = store.Validators(Math.Max(store.Height, genesis.InitialHeight));
        json.WriteStartObject("node_info");
        json.WriteStartObject("protocol_version");
        json.WriteString("p2p", EmbeddedEngine.PeerVersion.ToString(CultureInfo.InvariantCulture));
        json.WriteString("block", EmbeddedEngine.BlockVersion.ToString(CultureInfo.InvariantCulture));
        json.WriteString("app", (latest?.Header.Version.App ?? 0).ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
        json.WriteString("id", own.Address.ToString().ToLowerInvariant());
        json.WriteString("listen_addr", NoPeers);
        json.WriteString("network", genesis.ChainId);
        json.WriteString("version", EmbeddedEngine.CometBftVersion);
        json.WriteString("channels", Channels);
        json.WriteString("moniker", "embedded");
        json.WriteStartObject("other");
        json.WriteString("tx_index", "on");
        json.WriteString("rpc_address", rpcAddress);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("sync_info");
        Point(json, "latest", latest);
        Point(json, "earliest", earliest);
        json.WriteBoolean("catching_up", false);
        json.WriteEndObject();
        json.WriteStartObject("validator_info");
        json.WriteString("address", own.Address.ToString());
        json.ConsensusKey("pub_key", own);
        json.Int64("voting_power", validators?.TotalVotingPower ?? 0);
        json.WriteEndObject();
    }

    private static void Point(Utf8JsonWriter json, string which, BlockMeta? meta)
    {
        json.WriteString($"{which}_block_hash", meta?.Id.Hash is { } hash ? Convert.ToHexString(hash.Span) : "");
        json.WriteString($"{which}_app_hash", meta?.Header.AppHash.ToString() ?? "");
        json.Int64($"{which}_block_height", meta?.Header.Height ?? 0);
        json.WriteString($"{which}_block_time", (meta?.Header.Time ?? CometTime.Zero).ToString());
    }

    private void Genesis(Utf8JsonWriter json)
    {
        using var document = JsonDocument.Parse(genesis.ToJson());
        json.WritePropertyName("genesis");
        document.RootElement.WriteTo(json);
    }

    private Action<Utf8JsonWriter> Header(long height)
    {
        var meta = store.Meta(height);
        return json =>
        {
            if (meta is null)
                json.WriteNull("header");
            else
                json.Header("header", meta.Header);
        };
    }

    private Action<Utf8JsonWriter> Block(long height)
    {
        var block = store.Block(height);
        return json =>
        {
            json.BlockId("block_id", block?.Id ?? BlockId.Empty);
            if (block is null)
                json.WriteNull("block");
            else
                json.Block("block", block.Block);
        };
    }

    private Action<Utf8JsonWriter> BlockResults(long height)
    {
        var results = store.Results(height) ?? throw RpcException.Internal(Text($"could not find results for height #{height}"));
        return json => json.BlockResults(height, results);
    }

    private Action<Utf8JsonWriter> Blockchain(long lowest, long highest)
    {
        if (lowest < 0 || highest < 0)
            throw RpcException.Internal("heights must be non-negative");
        var top = store.Height;
        lowest = lowest == 0 ? 1 : lowest;
        highest = highest == 0 ? top : Math.Min(top, highest);
        lowest = Math.Max(Math.Max(store.Base, lowest), highest - MetasAtMost + 1);
        if (lowest > highest)
            throw RpcException.Internal(Text($"min height {lowest} can't be greater than max height {highest}"));
        var metas = store.Metas(lowest, highest);
        return json =>
        {
            json.Int64("last_height", top);
            json.WriteStartArray("block_metas");
            foreach (var meta in metas)
                json.Meta(meta);
            json.WriteEndArray();
        };
    }

    private Action<Utf8JsonWriter> Commit(long height)
    {
        var isNewest = height == store.Height;
        if (store.Meta(height) is not { } meta || store.SeenCommit(height) is not { } commit)
            throw RpcException.Internal(Text($"could not find the commit of height {height}"));
        return json =>
        {
            json.SignedHeader("signed_header", new SignedHeader(meta.Header, commit));
            json.WriteBoolean("canonical", !isNewest);
        };
    }

    private Action<Utf8JsonWriter> Validators(long height, long? page, long? perPage)
    {
        var set = store.Validators(height) ?? throw RpcException.Internal(Text($"could not find validator set for height #{height}"));
        var all = set.Validators;
        var size = perPage is null or < 1 ? ValidatorsPerPage : (int)Math.Min(perPage.Value, ValidatorsAtMost);
        var pages = Math.Max(1, (all.Length + size - 1) / size);
        if ((page ?? 1) < 1 || (page ?? 1) > pages)
            throw RpcException.Internal(Text($"page should be within [1, {pages}] range, given {page}"));
        var shown = all.Skip(((int)(page ?? 1) - 1) * size).Take(size).ToList();
        return json =>
        {
            json.Int64("block_height", height);
            json.Validators("validators", shown);
            json.Int64("count", shown.Count);
            json.Int64("total", all.Length);
        };
    }

    private Action<Utf8JsonWriter> Params(long height)
    {
        var parameters = store.Params(height) ?? throw RpcException.Internal(Text($"could not find consensus params for height #{height}"));
        return json =>
        {
            json.Int64("block_height", height);
            json.ConsensusParams("consensus_params", parameters);
        };
    }

    private Action<Utf8JsonWriter> Transaction(byte[] hash, bool prove)
    {
        if (hash.Length == 0)
            throw RpcException.Internal("transaction hash cannot be empty");
        if (store.Place(hash) is not { } place || store.Block(place.Height) is not { } block || store.Results(place.Height) is not { } results)
            throw RpcException.Internal($"tx ({Convert.ToHexString(hash)}) not found");
        return json =>
        {
            json.WriteString("hash", Convert.ToHexString(hash));
            json.Int64("height", place.Height);
            json.WriteNumber("index", place.Index);
            json.TxResult("tx_result", results.TxResults[place.Index]);
            json.WriteBase64String("tx", block.Block.Transactions[place.Index].Span);
            if (prove)
                json.Proof("proof", block.Block, place.Index);
        };
    }

    /// <param name="latest">The newest block's, unless something is known of the next one.</param>
    private long Height(RpcParameters parameters, long? latest = null)
    {
        var newest = latest ?? store.Height;
        var height = parameters.Int64("height") ?? newest;
        if (height <= 0 && parameters.Int64("height") is not null)
            throw RpcException.Internal(Text($"height must be greater than 0, but got {height}"));
        if (height > newest)
            throw RpcException.Internal(Text($"height {height} must be less than or equal to the current blockchain height {newest}"));
        if (height < store.Base)
            throw RpcException.Internal(Text($"height {height} is not available, lowest height is {store.Base}"));
        return height;
    }

    private long HeightOf(byte[] hash) => hash.Length == Hash256.Length ? store.HeightOf(Hash256.From(hash)) : 0;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
