using System.Text.Json;
using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Engine.Storage;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;

namespace SharedSequencer.Engine.Rpc;

/// <summary>Blocks as CometBFT's JSON, member for member in its own order.</summary>
internal static class ChainJson
{
    public static void Block(this Utf8JsonWriter json, string name, Block block)
    {
        json.WriteStartObject(name);
        json.Header("header", block.Header);
        json.WriteStartObject("data");
        json.WriteStartArray("txs");
        foreach (var transaction in block.Transactions)
            json.WriteBase64StringValue(transaction.Span);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartObject("evidence");
        json.WriteStartArray("evidence");
        json.WriteEndArray();
        json.WriteEndObject();
        json.Commit("last_commit", block.LastCommit);
        json.WriteEndObject();
    }

    public static void Meta(this Utf8JsonWriter json, BlockMeta meta)
    {
        json.WriteStartObject();
        json.BlockId("block_id", meta.Id);
        json.Int64("block_size", meta.Size);
        json.Header("header", meta.Header);
        json.Int64("num_txs", meta.Transactions);
        json.WriteEndObject();
    }

    /// <summary>That a transaction is under its block's data_hash.</summary>
    public static void Proof(this Utf8JsonWriter json, string name, Block block, int index)
    {
        var tree = TransactionList.Tree(block.Transactions);
        json.WriteStartObject(name);
        json.Upper("root_hash", tree.Root);
        json.WriteBase64String("data", block.Transactions[index].Span);
        json.WriteStartObject("proof");
        json.Int64("total", tree.Count);
        json.Int64("index", index);
        json.WriteBase64String("leaf_hash", tree.LeafHash(index).Span);
        json.WriteStartArray("aunts");
        foreach (var aunt in tree.ProveInclusion(index).Aunts.Span)
            json.WriteBase64StringValue(aunt.Span);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void Upper(this Utf8JsonWriter json, string name, Hash256 hash) =>
        json.WriteString(name, Convert.ToHexString(hash.Span));
}
