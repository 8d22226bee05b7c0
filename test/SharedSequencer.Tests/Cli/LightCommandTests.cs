using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;
using SharedSequencer.Tests.Client;
using SharedSequencer.Tests.Light;

namespace SharedSequencer.Tests.Cli;

/// <summary>What seqctl trusts to begin with, keeps, and refuses; over nodes that serve a signed chain.</summary>
internal sealed class LightCommandTests
{
    private static readonly NamespaceId s_id = NamespaceId.OfName("notes");

    // As new as the clock that seqctl looks at.
    private static readonly SignedChain s_chain = SignedChain.Recent(12, 10, 10, 10, 10);
    private static readonly SignedChain s_fork = s_chain.Fork(6);

    private SeqctlRunner _seqctl = null!;
    private string _slice = "";

    [SetUp]
    public async Task MakeHomeAsync()
    {
        _seqctl = new SeqctlRunner();
        _slice = await WriteSliceAsync(s_chain, 9);
    }

    [TearDown]
    public void RemoveHome() => _seqctl.Dispose();

    [Test]
    public async Task A_slice_verifies_from_a_trusted_block_which_is_kept_for_the_next_time()
    {
        await using var node = await ServeAsync(s_chain);
        _seqctl.Node = node.Address;

        var first = await _seqctl.RunAsync("slice", "verify", "--file", _slice, "--trust", At(s_chain, 3));
        var second = await _seqctl.RunAsync("slice", "verify", "--file", _slice, "--output", "json");

        Assert.That((first.Exit, second.Exit), Is.EqualTo((0, 0)), first.Error + second.Error);
        Assert.That(first.Out, Does.StartWith("Verified").And.Contain("validators signed it").And.Contain($"{s_chain[9].Header.Hash()}"));
        var json = JsonDocument.Parse(second.Out).RootElement;
        Assert.That((json.GetProperty("verified").GetBoolean(), json.GetProperty("block_hash_from").GetString()), Is.EqualTo((true, "light-client")));
        Assert.That(node.Requests.Count(r => r == "GET /v1/light/9"), Is.EqualTo(1), "the second time it is known");
        Assert.That(File.Exists(Path.Combine(_seqctl.Home, "light", "light-1.json")));
    }

    [Test]
    public async Task Genesis_in_the_home_folder_is_trusted_and_one_of_another_chain_is_said()
    {
        await using var node = await ServeAsync(s_chain);
        _seqctl.Node = node.Address;
        Directory.CreateDirectory(_seqctl.Home);
        var genesis = LightClientTests.GenesisOf(s_chain);

        await WriteGenesisAsync((genesis with { ChainId = "other" }).ToJson());
        var other = await VerifyAsync();
        await WriteGenesisAsync("{}");
        var none = await VerifyAsync();
        await WriteGenesisAsync((genesis with { Validators = genesis.Validators.RemoveAt(0) }).ToJson());
        var wrong = await VerifyAsync();
        await WriteGenesisAsync(genesis.ToJson());
        var right = await VerifyAsync();

        Assert.That((other.Exit, none.Exit, wrong.Exit, right.Exit), Is.EqualTo((1, 1, 4, 0)), right.Error);
        Assert.That(other.Error, Does.Contain("is of chain 'other', the node of chain 'light-1'"));
        Assert.That(none.Error, Does.Contain("is no genesis of CometBFT"));
        Assert.That(wrong.Error, Does.Contain("The step 'light-root' fails"));

        Task WriteGenesisAsync(string text) => File.WriteAllTextAsync(Path.Combine(_seqctl.Home, "genesis.json"), text);
    }

    [Test]
    public async Task Without_any_trust_the_command_line_is_refused_with_what_to_do_and_the_nodes_word_is_taken_only_aloud()
    {
        await using var node = await ServeAsync(s_chain);
        _seqctl.Node = node.Address;

        var refused = await VerifyAsync();
        var taken = await VerifyAsync("--trust-first");
        var later = await VerifyAsync();

        Assert.That((refused.Exit, taken.Exit, later.Exit), Is.EqualTo((2, 0, 0)), taken.Error);
        Assert.That(refused.Error, Does.Contain("--trust HEIGHT:HASH").And.Contain("genesis.json").And.Contain("--trust-first"));
        Assert.That(taken.Error, Does.Contain("trusting height 12").And.Contain($"{s_chain[12].Header.Hash()}").And.Contain("Compare it"));
        Assert.That(later.Error, Is.Empty);
    }

    [Test]
    public async Task A_block_hash_needs_no_node_and_is_the_users_word()
    {
        var offline = await _seqctl.RunAsync("slice", "verify", "--file", _slice, "--block-hash", $"{s_chain[9].Header.Hash()}");

        Assert.That(offline.Exit, Is.Zero, offline.Error);
        Assert.That(offline.Out, Does.Contain("the one that you gave"));
    }

    [Test]
    public async Task A_slice_of_another_chain_and_a_wrong_trusted_hash_exit_4_and_name_the_step()
    {
        await using var node = await ServeAsync(s_chain);
        _seqctl.Node = node.Address;
        _slice = await WriteSliceAsync(s_fork, 9);

        var forked = await VerifyAsync("--trust", At(s_chain, 3), "--output", "json");
        var untrue = await VerifyAsync("--trust", $"4:{new string('a', 64)}");
        var contradicts = await VerifyAsync("--trust", $"3:{new string('a', 64)}");

        Assert.That((forked.Exit, untrue.Exit, contradicts.Exit), Is.EqualTo((4, 4, 4)));
        Assert.That(JsonDocument.Parse(forked.Out).RootElement.GetProperty("step").GetString(), Is.EqualTo("header"));
        Assert.That(untrue.Error, Does.Contain("The step 'light-root' fails"));
        Assert.That(contradicts.Error, Does.Contain("contradicts"));
    }

    [Test]
    public async Task Two_nodes_with_two_signed_chains_exit_4_and_leave_evidence()
    {
        await using var node = await ServeAsync(s_chain);
        await using var other = await ServeAsync(s_fork);

        var attack = await VerifyAsync("--trust", At(s_chain, 3), "--node", $"{node.Address}", "--node", $"{other.Address}");

        Assert.That(attack.Exit, Is.EqualTo(4), attack.Error);
        Assert.That(attack.Error, Does.Contain("The step 'light-witnesses' fails").And.Contain("Two chains, both signed"));
        var file = Directory.EnumerateFiles(Path.Combine(_seqctl.Home, "light"), "attack-*.json").Single();
        Assert.That(attack.Error, Does.Contain(file));
        var json = JsonDocument.Parse(await File.ReadAllBytesAsync(file)).RootElement;
        Assert.That(LightBlock.FromProto(json.GetProperty("from_primary").GetBytesFromBase64()), Is.EqualTo(s_chain[9]));
        Assert.That(LightBlock.FromProto(json.GetProperty("from_witness").GetBytesFromBase64()), Is.EqualTo(s_fork[9]));
        Assert.That(json.GetProperty("signed_both").GetArrayLength(), Is.EqualTo(4));
        Assert.That(json.GetProperty("common_height").GetInt64(), Is.EqualTo(3));
    }

    [Test]
    public async Task Nodes_that_agree_are_named_by_option_or_environment()
    {
        await using var node = await ServeAsync(s_chain);
        await using var other = await ServeAsync(s_chain);

        var agreed = await VerifyAsync("--trust", At(s_chain, 3), "--node", $"{node.Address}", "--node", $"{other.Address}");

        Assert.That(agreed.Exit, Is.Zero, agreed.Error);
        Assert.That(other.Requests, Does.Contain("GET /v1/light/9").And.Contain("GET /v1/light/3"));
    }

    [Test]
    public async Task A_damaged_store_and_a_trust_that_is_too_old_say_what_to_do()
    {
        var old = SignedChain.Steady(12, 10, 10, 10);
        await using var node = await ServeAsync(old);
        _seqctl.Node = node.Address;
        _slice = await WriteSliceAsync(old, 9);
        var expired = await VerifyAsync("--trust", At(old, 3));
        await File.WriteAllTextAsync(Path.Combine(_seqctl.Home, "light", "light-1.json"), "{");
        var damaged = await VerifyAsync();

        Assert.That((expired.Exit, damaged.Exit), Is.EqualTo((1, 1)), expired.Error);
        Assert.That(expired.Error, Does.Contain("longer ago than the trust period").And.Contain("--trust HEIGHT:HASH"));
        Assert.That(damaged.Error, Does.Contain("is damaged").And.Contain("Remove the file"));
    }

    [Test]
    public async Task Get_and_follow_verify_before_they_print()
    {
        var slice = SliceOf(s_chain, 9);
        var lie = slice with { Number = 1, Entries = [new EntryResponse(1, 0, AccountId.From(new byte[32]).ToString(), "lie"u8.ToArray()) { Transaction = new string('0', 64) }] };
        await using var honest = await ServeAsync(s_chain, slice);
        await using var lying = await ServeAsync(s_chain, lie);
        string[] trust = ["--trust", At(s_chain, 3)];

        var got = await _seqctl.RunAsync(["slice", "get", "notes", "9", "--verify", "--node", $"{honest.Address}", .. trust]);
        var refused = await _seqctl.RunAsync(["slice", "get", "notes", "9", "--verify", "--node", $"{lying.Address}", .. trust]);
        var followed = await _seqctl.RunAsync(["slice", "follow", "notes", "--from", "1", "--verify", "--node", $"{lying.Address}", .. trust]);
        var believed = await _seqctl.RunAsync("slice", "follow", "notes", "--from", "1", "--count", "1", "--node", $"{lying.Address}");

        Assert.That((got.Exit, refused.Exit, followed.Exit, believed.Exit), Is.EqualTo((0, 4, 4, 0)), got.Error + followed.Error);
        Assert.That(got.Out, Does.StartWith("Verified"));
        Assert.That(refused.Out + followed.Out, Does.Not.Contain("lie"));
        Assert.That(refused.Error, Does.Contain("The step 'namespace' fails"));
        Assert.That(followed.Error, Does.Contain("Not verified. The step '"));
        Assert.That(believed.Out, Does.Contain("lie"));
    }

    private static string At(SignedChain chain, long height) => $"{height}:{chain[height].Header.Hash()}";

    /// <summary>A block without transactions has a slice without entries, and that is proven.</summary>
    private static SliceResponse SliceOf(SignedChain chain, long height) => new()
    {
        Namespace = s_id.ToString(),
        Height = height,
        Time = chain[height].Header.Time.ToDateTimeOffset(),
        BlockHash = chain[height].Header.Hash().ToString(),
        Number = null,
        Entries = [],
        Proof = new SliceProofResponse { LightBlock = chain[height].ToProto(), Preamble = null, PreambleProof = null, Namespace = null },
    };

    private async Task<string> WriteSliceAsync(SignedChain chain, long height)
    {
        var path = _seqctl.File("slice.json");
        await File.WriteAllBytesAsync(path, JsonSerializer.SerializeToUtf8Bytes(SliceOf(chain, height), ApiJson.Default.SliceResponse));
        return path;
    }

    private Task<SeqctlRunner.Result> VerifyAsync(params string[] more) => _seqctl.RunAsync(["slice", "verify", "--file", _slice, .. more]);

    private static Task<ScriptedNode> ServeAsync(SignedChain chain, SliceResponse? slice = null) => ScriptedNode.StartAsync(context => context.Request.Path.Value! switch
    {
        "/v1/status" => ScriptedNode.WriteAsync(context, ScriptedNode.Status(chain[1].Header.ChainId), ApiJson.Default.StatusResponse),
        "/v1/light/latest" => LightAsync(context, chain, chain.Blocks.Count),
        var path when path.StartsWith("/v1/light/", StringComparison.Ordinal) => LightAsync(
            context, chain, long.Parse(path["/v1/light/".Length..], System.Globalization.CultureInfo.InvariantCulture)),
        var path when path.EndsWith("/slices/9", StringComparison.Ordinal) => ScriptedNode.WriteAsync(context, slice!, ApiJson.Default.SliceResponse),
        var path when path.EndsWith("/slices/stream", StringComparison.Ordinal) => ScriptedNode.SendAsync(context, "slice", "1", slice!, ApiJson.Default.SliceResponse),
        var path when path.EndsWith("/slices", StringComparison.Ordinal) => ScriptedNode.WriteAsync(context, ForgedRange(chain, slice!), ApiJson.Default.SliceRangeResponse),
        _ => ScriptedNode.WriteAsync(context, Record(), ApiJson.Default.NamespaceResponse),
    });

    /// <summary>A slice with a history that the trusted headers do not bear out.</summary>
    private static SliceRangeResponse ForgedRange(SignedChain chain, SliceResponse slice) => new([slice], 2)
    {
        History = new SliceHistoryResponse(
            new HeadResponse
            {
                Namespace = s_id.ToString(),
                Height = 9,
                Head = Record().Head,
                Proof = new HeadProofResponse
                {
                    Value = new NamespaceHead(1, 9, Hash256.Zero).Encode(),
                    StateRoot = new string('0', 64),
                    CommitmentProof = [1],
                    BlockHash = chain[10].Header.Hash().ToString(),
                },
            },
            []),
    };

    private static Task LightAsync(HttpContext context, SignedChain chain, long height) => ScriptedNode.WriteAsync(
        context, new LightResponse(height, chain[height].Header.Hash().ToString(), chain[height].ToProto()), ApiJson.Default.LightResponse);

    private static NamespaceResponse Record() => new()
    {
        Id = s_id.ToString(),
        Name = "notes",
        Owner = AccountId.From(new byte[32]).ToString(),
        FeeRecipient = AccountId.From(new byte[32]).ToString(),
        SurchargePerByte = "0",
        FeePerByte = "0",
        MaxBytesPerBlock = 1000,
        DataMode = "full",
        Deposit = "0",
        Head = new NamespaceHeadResponse(1, 9, new string('0', 64)),
    };
}
