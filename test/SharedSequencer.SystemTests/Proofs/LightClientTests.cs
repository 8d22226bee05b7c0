using System.Text.Json;
using System.Text.Json.Nodes;
using NUnit.Framework;
using SharedSequencer.Client.Light;
using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Primitives;
using SharedSequencer.SystemTests.Engine;
using SharedSequencer.SystemTests.Networks;
using SharedSequencer.SystemTests.Validators;

namespace SharedSequencer.SystemTests.Proofs;

/// <summary>A real chain of two validators, or the embedded engine's of one, seen by the light client and by seqctl: from genesis, and from a block.</summary>
[OnBothEngines]
internal sealed class LightClientTests(NetworkEngine engine)
{
    private const string Namespace = "light-notes";

    private TestNetwork _test = null!;
    private ValidatorWatch _watch = null!;
    private TemporaryFolder _folder = null!;

    /// <summary>The second of two validators, or the only one.</summary>
    private int Last => _test.Network.Validators.Count - 1;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _folder = new TemporaryFolder();
        _test = await TestNetwork.StartAsync(engine, plan => plan with { Validators = engine == NetworkEngine.Embedded ? 1 : 2 });
        _watch = new ValidatorWatch(_test.Network);
        Assert.That((await SeqctlAsync("namespace", "register", Namespace, "--open", "--wait", "final")).Code, Is.Zero);
        await _watch.OrderUntilAsync(0, "12 blocks", async () => await _watch.HeightAsync(0) > 12);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _watch?.Dispose();
        if (_test is not null)
            await _test.DisposeAsync();
        _folder?.Dispose();
    }

    [TestCase(LightMode.Skipping)]
    [TestCase(LightMode.Sequential)]
    public async Task From_genesis_the_API_and_CometBFT_give_the_same_trusted_headers(LightMode mode)
    {
        var genesis = GenesisDocument.Parse(await File.ReadAllBytesAsync(_test.Network.Validators[0].GenesisPath));
        var setup = new LightClientSetup
        {
            Primary = new NodeLightBlocks(_watch.Api[0]),
            Witnesses = [new NodeLightBlocks(_watch.Api[Last]), new CometLightBlocks(_watch.Comet[0], "CometBFT")],
            Root = TrustRoot.FromGenesis(genesis),
            Options = new LightClientOptions { Mode = mode },
        };
        using var byApi = await LightClient.OpenAsync(setup);
        using var byComet = await LightClient.OpenAsync(setup with { Primary = new CometLightBlocks(_watch.Comet[Last], "another CometBFT"), Witnesses = [setup.Primary] });

        Assert.That((await byApi.UpdateAsync()).Height, Is.GreaterThan(12));
        foreach (var height in (long[])[12, 2, 1, 7])
        {
            var header = await byApi.AtAsync(height, CancellationToken.None);
            Assert.That(header, Is.EqualTo(await byComet.AtAsync(height, CancellationToken.None)));
            Assert.That(header.Hash(), Is.EqualTo((await _watch.Comet[0].HeaderAsync(height)).Hash()));
        }
    }

    [Test]
    public async Task The_next_height_is_waited_for()
    {
        var newest = await _watch.Api[0].GetLightAsync(null);
        using var client = await LightClient.OpenAsync(new LightClientSetup
        {
            Primary = new NodeLightBlocks(_watch.Api[0]),
            Root = TrustRoot.FromBlock(newest.Height, Hash256.Parse(newest.Hash)),
        });
        for (var height = newest.Height + 1; height < newest.Height + 4; height++)
            Assert.That((await client.AtAsync(height, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60))).Height, Is.EqualTo(height));
    }

    [Test]
    public async Task A_real_header_with_a_vote_less_or_a_changed_one_is_refused()
    {
        var trusted = LightBlock.FromProto((await _watch.Api[0].GetLightAsync(5)).LightBlock);
        var block = LightBlock.FromProto((await _watch.Api[0].GetLightAsync(9)).LightBlock);
        var now = CometTime.From(DateTimeOffset.UtcNow);
        LightStep? Judge(LightBlock candidate) => LightVerifier.Verify(trusted.Header, trusted.Validators, candidate, now, new LightClientOptions())?.Step;
        LightBlock With(CommitSig vote) => block with
        {
            SignedHeader = block.SignedHeader with { Commit = block.Commit with { Signatures = block.Commit.Signatures.SetItem(Last, vote) } },
        };

        Assert.That(Judge(block), Is.Null);

        // Of two equal validators one is enough to be known by the trusted block, and too little for a commit; none is neither.
        Assert.That(Judge(With(CommitSig.Absent)), Is.EqualTo(engine == NetworkEngine.Embedded ? LightStep.Overlap : LightStep.Commit));
        Assert.That(Judge(With(block.Commit.Signatures[Last] with { Timestamp = block.Header.Time })), Is.EqualTo(LightStep.Commit));
    }

    [Test]
    public async Task Seqctl_needs_no_block_hash_and_exits_4_when_anything_was_changed()
    {
        var file = _folder.File("slice.json");
        var height = (await SubmitAsync("hello")).ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.That((await SeqctlAsync("slice", "get", Namespace, height, "--proof", "--out", file)).Code, Is.Zero);

        var (code, text) = await SeqctlAsync("slice", "verify", "--file", file);
        Assert.That(code, Is.Zero, text);
        Assert.That(text, Does.Contain("Verified").And.Contain("\"hello\"").And.Contain("validators signed it"));

        var slice = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        slice["entries"]![0]!["payload"] = Convert.ToBase64String("hullo"u8);
        var changed = _folder.File("changed.json");
        await File.WriteAllTextAsync(changed, slice.ToJsonString());
        (code, text) = await SeqctlAsync("slice", "verify", "--file", changed);
        Assert.That((code, text), Is.EqualTo((4, text)));
        Assert.That(text, Does.Contain("The step 'namespace' fails"));
    }

    [Test]
    public async Task Seqctl_begins_with_a_block_that_is_given_and_asks_several_nodes()
    {
        var home = _folder.File("fresh");
        var hash = (await _watch.Comet[0].HeaderAsync(6)).Hash();
        string[] nodes = ["--home", home, "--node", _test.Network.Endpoints.Api[0], "--node", _test.Network.Endpoints.Api[Last]];
        var height = (await SubmitAsync("several")).ToString(System.Globalization.CultureInfo.InvariantCulture);

        var nothing = await RunAsync(["slice", "get", Namespace, height, "--verify", .. nodes]);
        var wrong = await RunAsync(["slice", "get", Namespace, height, "--verify", "--trust", $"6:{Hash256.Of("x"u8)}", .. nodes]);
        var given = await RunAsync(["slice", "get", Namespace, height, "--verify", "--trust", $"6:{hash}", .. nodes]);
        var kept = await RunAsync(["slice", "get", Namespace, height, "--verify", .. nodes]);

        Assert.That((nothing.Code, wrong.Code, given.Code, kept.Code), Is.EqualTo((2, 4, 0, 0)), nothing.Output + wrong.Output + given.Output + kept.Output);
        Assert.That(given.Output, Does.Contain("Verified").And.Contain("several"));
    }

    [Test]
    public async Task Seqctl_follows_verified_slices_and_watches_a_transaction()
    {
        await SubmitAsync("first");
        await SubmitAsync("second");

        var followed = await SeqctlAsync("slice", "follow", Namespace, "--from", "1", "--count", "2", "--verify", "--output", "json");
        Assert.That(followed.Code, Is.Zero, followed.Output);
        Assert.That(followed.Output.Split('\n').Count(line => line.StartsWith('{')), Is.EqualTo(2));

        var sent = await _watch.SendAsync(0);
        var watched = await SeqctlAsync("tx", "watch", sent.Id.ToString(), "--until", "final", "--verify");
        Assert.That(watched.Code, Is.Zero, watched.Output);
        Assert.That(watched.Output, Does.Contain("final").And.Contain("Verified: it is in block"));
    }

    private async Task<long> SubmitAsync(string note)
    {
        var (code, text) = await SeqctlAsync("submit", Namespace, "--text", note, "--wait", "final", "--output", "json");
        Assert.That(code, Is.Zero, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("height").GetInt64();
    }

    private Task<(int Code, string Output)> SeqctlAsync(params string[] arguments) =>
        RunAsync([.. arguments, "--node", _test.Network.Endpoints.Api[0], "--home", _test.Network.CliHome]);

    private async Task<(int Code, string Output)> RunAsync(string[] arguments)
    {
        using var log = new TemporaryFolder();
        await using var process = ManagedProcess.Start(new ProcessSpec("seqctl", _test.Network.CliProgram, arguments, log.File("seqctl.log")));
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));

        // Stopping waits for the last of the output.
        await process.StopAsync(TimeSpan.FromSeconds(5));
        return (process.ExitCode, process.LogTail(100));
    }
}
