using System.Text;
using System.Text.Json;
using NUnit.Framework;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Blocks;
using SharedSequencer.Tests.Client;

namespace SharedSequencer.Tests.Cli;

internal sealed class SliceVerifyCommandTests
{
    private static readonly NamespaceId s_id = NamespaceId.OfName("notes");

    // Five entries of three namespaces in one transaction: two items below data_hash, so that the total is bound too.
    private static readonly TestBlock s_block = new(
        42,
        [
            .. Enumerable.Range(0, 5).Select(i => new Entry(
                i % 2 == 0 ? s_id : new NamespaceId((ulong)i),
                1,
                (uint)i,
                TestBlock.RandomAccount(new Random(i)),
                Encoding.UTF8.GetBytes($"note {i}"))),
        ],
        [TestBlock.RandomBytes(new Random(9), 200)]);

    private static readonly string s_hash = s_block.Hash.ToString();

    private SeqctlRunner _seqctl = null!;

    [SetUp]
    public void MakeHome() => _seqctl = new SeqctlRunner();

    [TearDown]
    public void RemoveHome() => _seqctl.Dispose();

    [Test]
    public async Task What_slice_get_wrote_either_way_verifies_against_the_block_hash()
    {
        await using var node = await ScriptedNode.StartAsync(s_block.Slice(s_id), ApiJson.Default.SliceResponse);
        _seqctl.Node = node.Address;

        var got = await _seqctl.RunAsync("slice", "get", "notes", "42", "--proof", "--out", _seqctl.File("a.json"));
        var printed = await _seqctl.RunAsync("slice", "get", "notes", "42", "--proof", "--output", "json");
        await File.WriteAllTextAsync(_seqctl.File("b.json"), printed.Out);
        _seqctl.Node = null;
        var first = await VerifyAsync("a.json", s_hash);
        var second = await _seqctl.RunAsync(
            "slice", "verify", "--file", _seqctl.File("b.json"), "--block-hash", s_hash.ToUpperInvariant(), "--namespace", "notes", "--output", "json");

        Assert.That((got.Exit, printed.Exit, first.Exit, second.Exit), Is.EqualTo((0, 0, 0, 0)), first.Error + second.Error);
        Assert.That(node.Requests, Is.All.EqualTo($"GET /v1/namespaces/{s_id}/slices/42?proof=true"));
        Assert.That(got.Out, Does.Contain("\"note 2\"").And.Contain("a.json"));
        Assert.That(first.Out, Does.StartWith("Verified").And.Contain("\"note 4\"").And.Contain("test-1"));
        using var json = JsonDocument.Parse(second.Out);
        Assert.That(json.RootElement.GetProperty("verified").GetBoolean(), Is.True);
        Assert.That(json.RootElement.GetProperty("entries").GetInt32(), Is.EqualTo(3));
        Assert.That(json.RootElement.GetProperty("height").GetInt64(), Is.EqualTo(42));
    }

    [TestCaseSource(nameof(OneByteChanges))]
    public async Task One_byte_changed_exits_4_and_names_the_step(string step, Func<SliceResponse, IEnumerable<SliceResponse>> changes)
    {
        var count = 0;
        foreach (var changed in changes(s_block.Slice(s_id)))
        {
            await WriteAsync(JsonSerializer.SerializeToUtf8Bytes(changed, ApiJson.Default.SliceResponse));
            var refused = await VerifyAsync("slice.json", s_hash);
            Assert.That(refused.Exit, Is.EqualTo(4), $"change {count}");
            Assert.That(refused.Error, Does.Contain($"The step '{step}' fails"), $"change {count}");
            Assert.That(refused.Out, Is.Empty);
            count++;
        }

        Assert.That(count, Is.Positive);
    }

    private static IEnumerable<TestCaseData> OneByteChanges()
    {
        yield return Case("payload", "namespace", s => Each(s.Entries.Count, i => EachByte(s.Entries[i].Payload, p => With(s, i, s.Entries[i] with { Payload = p }))));
        yield return Case("sender", "namespace", s => Each(s.Entries.Count, i => EachByte(
            AccountId.Parse(s.Entries[i].Sender).ToArray(), a => With(s, i, s.Entries[i] with { Sender = AccountId.From(a).ToString() }))));
        yield return Case("preamble", "preamble", s => EachByte(s.Proof!.Preamble!, p => s with { Proof = s.Proof with { Preamble = p } }));
        yield return Case("leaf hash", "preamble", s => EachByte(
            Convert.FromHexString(s.Proof!.PreambleProof!.LeafHash), h => WithPreambleProof(s, s.Proof.PreambleProof with { LeafHash = Convert.ToHexStringLower(h) })));
        yield return Case("aunt", "preamble", s => EachByte(
            Convert.FromHexString(s.Proof!.PreambleProof!.Aunts[0]), h => WithPreambleProof(s, s.Proof.PreambleProof with { Aunts = [Convert.ToHexStringLower(h)] })));
        yield return Case("digest of a namespace node", "namespace", s => EachByte(
            Convert.FromHexString(s.Proof!.Namespace!.Nodes[0][32..]), h => WithNode(s, s.Proof.Namespace.Nodes[0][..32] + Convert.ToHexStringLower(h))));
        yield return Case("header", "header", s =>
        {
            var header = s_block.LightBlock.Header.ToProto();
            var bytes = s.Proof!.LightBlock;
            var at = bytes.AsSpan().IndexOf(header);
            return EachByte(header, h => s with { Proof = s.Proof with { LightBlock = [.. bytes[..at], .. h, .. bytes[(at + h.Length)..]] } });
        });
        yield return Case("commit signature", "commit", s =>
        {
            var signature = s_block.LightBlock.Commit.Signatures[0].Signature.ToArray();
            var bytes = s.Proof!.LightBlock;
            var at = bytes.AsSpan().IndexOf(signature);
            return EachByte(signature, c => s with { Proof = s.Proof with { LightBlock = [.. bytes[..at], .. c, .. bytes[(at + c.Length)..]] } });
        });
        yield return Case("block hash", "header", s => EachByte(Convert.FromHexString(s.BlockHash), h => s with { BlockHash = Convert.ToHexStringLower(h) }));

        static TestCaseData Case(string name, string step, Func<SliceResponse, IEnumerable<SliceResponse>> changes) =>
            new TestCaseData(step, changes).SetArgDisplayNames(name);

        static IEnumerable<SliceResponse> Each(int count, Func<int, IEnumerable<SliceResponse>> changes) =>
            Enumerable.Range(0, count).SelectMany(changes);

        static IEnumerable<SliceResponse> EachByte(byte[] bytes, Func<byte[], SliceResponse> put)
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                var changed = bytes.ToArray();
                changed[i] ^= (byte)(1 << (i % 8));
                yield return put(changed);
            }
        }

        static SliceResponse With(SliceResponse s, int index, EntryResponse entry) => s with { Entries = [.. s.Entries.Select((e, i) => i == index ? entry : e)] };

        static SliceResponse WithPreambleProof(SliceResponse s, MerkleProofResponse proof) => s with { Proof = s.Proof! with { PreambleProof = proof } };

        static SliceResponse WithNode(SliceResponse s, string node) =>
            s with { Proof = s.Proof! with { Namespace = s.Proof.Namespace! with { Nodes = [node, .. s.Proof.Namespace.Nodes.Skip(1)] } } };
    }

    [Test]
    public async Task No_byte_of_the_file_can_be_changed_unseen_but_those_of_the_number_and_the_transactions_ids()
    {
        var file = JsonSerializer.SerializeToUtf8Bytes(s_block.Slice(s_id), ApiJson.Default.SliceResponse);
        var isFree = Unproven(Encoding.UTF8.GetString(file));
        var random = new Random(77);
        List<string> unseen = [];
        HashSet<string> steps = [];
        for (var i = 0; i < file.Length; i++)
        {
            foreach (var other in (byte[])[(byte)(file[i] ^ 1), (byte)(file[i] ^ 0x20), (byte)random.Next(0x21, 0x7f)])
            {
                if (other == file[i])
                    continue;
                var changed = file.ToArray();
                changed[i] = other;
                await WriteAsync(changed);
                var result = await VerifyAsync("slice.json", s_hash);
                if (result.Exit == 4)
                    steps.Add(System.Text.RegularExpressions.Regex.Match(result.Error, "The step '(\\w+)' fails").Groups[1].Value);
                else if (!isFree[i])
                    unseen.Add($"byte {i}: '{(char)file[i]}' → '{(char)other}' exits {result.Exit}: {result.Error}");
            }
        }

        Assert.That(unseen, Is.Empty);
        Assert.That(steps, Is.EquivalentTo((string[])["format", "header", "commit", "preamble", "namespace", "slice"]));
    }

    [Test]
    public async Task A_file_that_is_cut_empty_or_another_kind_of_JSON_exits_4_and_a_missing_one_1()
    {
        var file = JsonSerializer.SerializeToUtf8Bytes(s_block.Slice(s_id), ApiJson.Default.SliceResponse);
        foreach (var content in (byte[][])[[], file[..^1], file[..(file.Length / 2)], [.. file, .. file], "null"u8.ToArray(), "[]"u8.ToArray(), "{}"u8.ToArray()])
        {
            await WriteAsync(content);
            var refused = await VerifyAsync("slice.json", s_hash);
            Assert.That(refused.Exit, Is.EqualTo(4));
            Assert.That(refused.Error, Does.Contain("The step 'format' fails"));
        }

        Assert.That((await VerifyAsync("missing.json", s_hash)).Exit, Is.EqualTo(1));
    }

    [Test]
    public async Task Spaces_and_the_order_of_members_do_not_matter()
    {
        var node = System.Text.Json.Nodes.JsonNode.Parse(JsonSerializer.SerializeToUtf8Bytes(s_block.Slice(s_id), ApiJson.Default.SliceResponse))!.AsObject();
        var reversed = new System.Text.Json.Nodes.JsonObject(node.ToList().AsEnumerable().Reverse().Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
        await WriteAsync(Encoding.UTF8.GetBytes(reversed.ToJsonString(new JsonSerializerOptions { WriteIndented = true })));

        Assert.That((await VerifyAsync("slice.json", s_hash)).Exit, Is.Zero);
    }

    [Test]
    public async Task Another_block_hash_and_another_namespace_are_refused_and_a_slice_without_proof_says_so()
    {
        await WriteAsync(JsonSerializer.SerializeToUtf8Bytes(s_block.Slice(s_id), ApiJson.Default.SliceResponse));
        var hash = await VerifyAsync("slice.json", Hash256.Of("another"u8).ToString(), "--output", "json");
        var ns = await VerifyAsync("slice.json", s_hash, "--namespace", "other");
        await WriteAsync(JsonSerializer.SerializeToUtf8Bytes(s_block.Slice(s_id) with { Proof = null }, ApiJson.Default.SliceResponse));
        var bare = await VerifyAsync("slice.json", s_hash);

        Assert.That((hash.Exit, ns.Exit, bare.Exit), Is.EqualTo((4, 4, 4)));
        using var json = JsonDocument.Parse(hash.Out);
        Assert.That(json.RootElement.GetProperty("verified").GetBoolean(), Is.False);
        Assert.That(json.RootElement.GetProperty("step").GetString(), Is.EqualTo("header"));
        Assert.That(bare.Error, Does.Contain("proof=true"));
    }

    /// <summary>The places of the slice's number and of the transactions' ids.</summary>
    private static bool[] Unproven(string json)
    {
        var free = new bool[json.Length];
        Array.Fill(free, true, json.IndexOf("\"number\":7", StringComparison.Ordinal) + 9, 1);
        for (var at = json.IndexOf("\"transaction\":\"", StringComparison.Ordinal); at >= 0; at = json.IndexOf("\"transaction\":\"", at + 1, StringComparison.Ordinal))
            Array.Fill(free, true, at + 15, 64);
        return free;
    }

    private Task WriteAsync(byte[] content) => File.WriteAllBytesAsync(_seqctl.File("slice.json"), content);

    private Task<SeqctlRunner.Result> VerifyAsync(string file, string hash, params string[] more) =>
        _seqctl.RunAsync(["slice", "verify", "--file", _seqctl.File(file), "--block-hash", hash, .. more]);
}
