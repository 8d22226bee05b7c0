using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NUnit.Framework;
using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Tests.Merkle;

namespace SharedSequencer.Tests.CometBft;

[TestFixture]
public sealed class CometJsonTests
{
    private static readonly JsonElement s_commit = RecordedRun.Heights[24].Json.GetProperty("commit").GetProperty("signed_header");

    [Test]
    public void What_is_read_is_written_again_as_cometbft_wrote_it()
    {
        foreach (var height in RecordedRun.Heights)
        {
            var written = Write(json =>
            {
                json.SignedHeader("signed_header", height.Commit.SignedHeader);
                json.Commit("last_commit", height.Block.LastCommit);
                json.BlockId("block_id", height.Block.BlockId);
                json.Validators("validators", height.Validators.Validators);
            });
            var block = height.Json.GetProperty("block");
            Assert.That(written.GetProperty("signed_header").GetRawText(), Is.EqualTo(Compact(height.Json.GetProperty("commit").GetProperty("signed_header"))));
            Assert.That(written.GetProperty("last_commit").GetRawText(), Is.EqualTo(Compact(block.GetProperty("block").GetProperty("last_commit"))));
            Assert.That(written.GetProperty("block_id").GetRawText(), Is.EqualTo(Compact(block.GetProperty("block_id"))));
            Assert.That(written.GetProperty("validators").GetRawText(), Is.EqualTo(Compact(height.Json.GetProperty("validators").GetProperty("validators"))));
        }
    }

    [Test]
    public void A_genesis_is_read_and_written()
    {
        var json = RecordedRun.Json.GetProperty("genesis");
        var genesis = GenesisDocument.Parse(Encoding.UTF8.GetBytes(json.GetRawText()));
        Assert.That(genesis.Validators, Has.Length.EqualTo(4));
        Assert.That(genesis.AppStateJson, Is.Null);
        Assert.That(Compact(genesis.ToJson()), Is.EqualTo(Compact(json)));

        var withState = GenesisDocument.Parse(Encoding.UTF8.GetBytes((genesis with { AppStateJson = """{"supply":"1"}""" }).ToJson()));
        Assert.That(Compact(withState.AppStateJson!), Is.EqualTo("""{"supply":"1"}"""));
    }

    [Test]
    public void The_answers_of_another_network_are_read()
    {
        Assert.That(Foreign("status", ChainStatus.Read), Has.Property("LatestHeight").EqualTo(232).And.Property("ChainId").EqualTo("dockerchain"));
        Assert.That(Foreign("commit_at_height_10", CommitAnswer.Read).SignedHeader.Fault(), Is.Null);
        Assert.That(Foreign("block_at_height_1", BlockAnswer.Read).Fault(), Is.Null);
        Assert.That(Foreign("block_at_height_10", BlockAnswer.Read).Fault(), Is.Null);
        Assert.That(Foreign("block_results_at_height_10", BlockResults.Read).Transactions, Is.Empty);
        Assert.That(Foreign("genesis", json => GenesisDocument.Read(json.Get("genesis"))).InitialHeight, Is.EqualTo(1));
        Assert.That(Foreign("consensus_params", json => CometJsonReader.ConsensusParams(json.Get("consensus_params"))).MaximumBlockBytes, Is.EqualTo(22020096));
        var query = Foreign("abci_query_with_existing_key", json => QueryAnswer.Read(json.Get("response")));
        Assert.That(Encoding.UTF8.GetString(query.Value.Span), Is.EqualTo("value"));
        Assert.That(query.Height, Is.EqualTo(254));
        Assert.That(query.ProofOperators, Is.Empty);
        var found = Foreign("tx_search_with_prove", json => json.Get("txs").Array(100, TransactionAnswer.Read));
        Assert.That(found, Is.Not.Empty);
        foreach (var transaction in found)
            Assert.That(transaction.Proof!.LeafHash, Is.EqualTo(TransactionList.LeafHash(transaction.Transaction.Span)));
        var metas = Foreign("blockchain_from_1_to_10", json => json.Get("block_metas").Array(
            20, meta => (CometJsonReader.BlockId(meta.Get("block_id")), CometJsonReader.Header(meta.Get("header")))));
        Assert.That(metas, Has.Length.EqualTo(10));
        foreach (var (id, header) in metas)
            Assert.That(header.Hash(), Is.EqualTo(id.Hash));
    }

    [TestCase("header.height", "25", "int64 as a string")]
    [TestCase("header.height", "\"25x\"", "int64 as a string")]
    [TestCase("header.height", "\"99999999999999999999\"", "int64 as a string")]
    [TestCase("header.height", "null", "int64 as a string")]
    [TestCase("header.time", "\"2026-11-23T00:50:59+02:00\"", "RFC 3339")]
    [TestCase("header.data_hash", "\"AB\"", "64 hex digits")]
    [TestCase("header.data_hash", "7", "a string")]
    [TestCase("header.app_hash", "\"xyz\"", "hex")]
    [TestCase("header.proposer_address", "\"\"", "40 hex digits")]
    [TestCase("header.version", "\"11\"", "an object")]
    [TestCase("header.chain_id", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", "chain id")]
    [TestCase("commit.round", "-1", "a round")]
    [TestCase("commit.round", "4294967296", "32-bit")]
    [TestCase("commit.round", "\"0\"", "32-bit")]
    [TestCase("commit.height", "\"-1\"", "from 0 up")]
    [TestCase("commit.block_id.parts.total", "-1", "unsigned 32-bit")]
    [TestCase("commit.signatures", "{}", "an array")]
    [TestCase("commit.signatures", "[null]", "an object")]
    [TestCase("commit.signatures.0.block_id_flag", "4", "flag 4 is unknown")]
    [TestCase("commit.signatures.0.signature", "\"AA\"", "base64")]
    [TestCase("commit.signatures.0.signature", "null", "no signature")]
    [TestCase("commit.signatures.0.validator_address", "\"\"", "no validator address")]
    [TestCase("commit.signatures.0.block_id_flag", "1", "absent vote carries")]
    public void A_value_of_the_wrong_form_is_refused_and_its_place_named(string place, string value, string complaint)
    {
        var root = JsonNode.Parse(s_commit.GetRawText())!;
        var names = place.Split('.');
        var parent = names[..^1].Aggregate(root, (node, name) => int.TryParse(name, out var index) ? node[index]! : node[name]!);
        parent[names[^1]] = JsonNode.Parse(value);
        var text = root.ToJsonString();

        var exception = Assert.Throws<CometJsonException>(() => ReadSignedHeader(text))!;
        Assert.That(exception.Message, Does.Contain(complaint));
        Assert.That(exception.Message, Does.Contain("signed_header." + string.Join('.', names[..2])));
    }

    [TestCase("")]
    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("{\"header\":{},\"header\":{}}")]
    [TestCase("{\"header\":{}} {}")]
    public void Other_text_is_refused(string text) =>
        Assert.That(() => ReadSignedHeader(text), Throws.InstanceOf<CometJsonException>());

    [Test]
    public void Deep_nesting_is_refused()
    {
        var text = string.Concat(Enumerable.Repeat("{\"header\":", 100_000));
        Assert.That(() => ReadSignedHeader(text), Throws.InstanceOf<CometJsonException>());
    }

    [Test]
    public void A_commit_larger_than_any_validator_set_is_refused()
    {
        var root = JsonNode.Parse(s_commit.GetRawText())!;
        var absent = """{"block_id_flag":1,"validator_address":"","timestamp":"0001-01-01T00:00:00Z","signature":null}""";
        root["commit"]!["signatures"] = JsonNode.Parse("[" + string.Join(',', Enumerable.Repeat(absent, 10_001)) + "]");
        Assert.That(() => ReadSignedHeader(root.ToJsonString()), Throws.InstanceOf<CometJsonException>().With.Message.Contains("10001 elements"));
    }

    private static SignedHeader ReadSignedHeader(string text)
    {
        using var document = JsonField.Parse(Encoding.UTF8.GetBytes(text));
        return CometJsonReader.SignedHeader(new JsonField(document.RootElement, "signed_header"));
    }

    private static T Foreign<T>(string name, Func<JsonField, T> read)
    {
        using var answer = RpcAnswer.Parse(
            Encoding.UTF8.GetBytes(WithId(File.ReadAllText(Path.Combine(VectorFiles.ForeignFolder("cometbft-rpc"), name + ".json")))), 1);
        return read(answer.Result);
    }

    // That network's client had text for ids; ours counts.
    private static string WithId(string json)
    {
        var root = JsonNode.Parse(json)!;
        root["id"] = 1;
        return root.ToJsonString();
    }

    private static JsonElement Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    private static string Compact(JsonElement json) => Compact(json.GetRawText());

    private static string Compact(string json) => JsonNode.Parse(json)!.ToJsonString(
        new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
