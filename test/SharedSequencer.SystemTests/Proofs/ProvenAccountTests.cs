using System.Text.Json;
using NUnit.Framework;
using SharedSequencer.Api;
using SharedSequencer.Client;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;
using SharedSequencer.SystemTests.Engine;
using SharedSequencer.SystemTests.Networks;
using SharedSequencer.SystemTests.Validators;

namespace SharedSequencer.SystemTests.Proofs;

/// <summary>A real chain's accounts, proven by its headers: to our verifier, to seqctl, to stock ICS-23 and to a stock light client.</summary>
[OnBothEngines]
internal sealed class ProvenAccountTests(NetworkEngine engine)
{
    private static readonly AccountId s_nobody = AccountId.From(Hash256.Of("nobody"u8).Span);

    private TestNetwork _test = null!;
    private ValidatorWatch _watch = null!;

    private AccountId Developer => _test.Network.Developer.PublicKey;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        // A node keeps the states of 16 heights: they must outlast two starts of seqctl.
        _test = await TestNetwork.StartAsync(
            engine, plan => plan with { CometOverrides = new Dictionary<string, string> { ["consensus.create_empty_blocks_interval"] = "\"1s\"" } });
        _watch = new ValidatorWatch(_test.Network);
        await _watch.OrderAsync(0);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _watch?.Dispose();
        if (_test is not null)
            await _test.DisposeAsync();
    }

    [Test]
    public async Task An_account_and_the_absence_of_one_verify_against_the_hash_that_the_engine_itself_gives()
    {
        foreach (var id in new[] { Developer, s_nobody })
        {
            var answer = await _watch.Api[0].ProveAccountAsync(id);
            var trusted = (await _watch.Comet[0].HeaderAsync(answer.Height + 1)).Hash();

            var verdict = AccountVerifier.Verify(answer, id, trusted);

            Assert.That(verdict.FailedStep, Is.Null, verdict.Reason);
            Assert.That(verdict.Account!.Exists, Is.EqualTo(id == Developer));
            Assert.That(verdict.Account.Record.Nonce, Is.EqualTo(answer.Nonce));
        }
    }

    [Test]
    public async Task What_was_final_is_proven_once_the_next_header_is_there()
    {
        var height = await _watch.OrderAsync(0);
        var nonce = (await _watch.Api[0].GetAccountAsync(Developer)).Nonce;
        await _watch.UntilHeightAsync(0, height + 1);

        var answer = await _watch.Api[0].ProveAccountAsync(Developer, height);

        Assert.That(answer.Height, Is.EqualTo(height));
        Assert.That(answer.Nonce, Is.EqualTo(nonce));
        var before = await _watch.Api[0].ProveAccountAsync(Developer, height - 1);
        Assert.That(before.Nonce, Is.EqualTo(nonce - 1), "the committed version before");
        Assert.That(before.Proof!.StateRoot, Is.Not.EqualTo(answer.Proof!.StateRoot));
    }

    [Test]
    public async Task A_height_that_is_not_kept_or_not_there_yet_is_said()
    {
        var ahead = Assert.ThrowsAsync<SequencerApiException>(() => _watch.Api[0].ProveAccountAsync(Developer, 1_000_000));
        Assert.That((ahead!.Status, ahead.Code), Is.EqualTo((404, ProblemCodes.NotYet)));

        await _watch.OrderUntilAsync(0, "20 blocks", async () => await _watch.HeightAsync(0) > 20);
        var pruned = Assert.ThrowsAsync<SequencerApiException>(() => _watch.Api[0].ProveAccountAsync(Developer, 1));
        Assert.That((pruned!.Status, pruned.Code), Is.EqualTo((410, ProblemCodes.Pruned)));
    }

    [Test]
    public async Task A_stock_ICS_23_verifier_accepts_what_the_API_gives()
    {
        List<Ics23Case> cases = [];
        foreach (var id in new[] { Developer, s_nobody })
        {
            var proof = (await _watch.Api[0].ProveAccountAsync(id)).Proof!;
            cases.Add(new Ics23Case(Hash256.Parse(proof.StateRoot), StateKeys.Account(id), proof.Value, proof.CommitmentProof));
        }

        var verdicts = await Ics23Verifier.VerifyAsync(cases);

        Assert.That(verdicts.Select(v => v.Accepted), Is.All.True, string.Join(' ', verdicts.Select(v => v.Reason)));
    }

    [Test]
    public async Task Seqctl_proves_an_account_says_whom_it_trusts_and_refuses_under_another_block_hash()
    {
        var (code, text) = await SeqctlAsync("account", "show", "dev", "--prove");
        Assert.That(code, Is.Zero, text);
        Assert.That(text, Does.Contain("Verified").And.Contain("its validators signed it").And.Contain(Developer.ToString()));

        (code, text) = await SeqctlAsync("account", "show", s_nobody.ToString(), "--prove", "--output", "json");
        Assert.That(code, Is.Zero, text);
        var json = JsonDocument.Parse(text).RootElement;
        Assert.That(json.GetProperty("exists").GetBoolean(), Is.False);
        Assert.That(json.GetProperty("block_hash_from").GetString(), Is.EqualTo("light-client"));

        var height = await _watch.OrderAsync(0);
        await _watch.UntilHeightAsync(0, height + 1);
        var hash = (await _watch.Comet[0].HeaderAsync(height + 1)).Hash().ToString();
        (code, text) = await SeqctlAsync("account", "show", "dev", "--prove", "--height", $"{height}", "--block-hash", hash);
        Assert.That(code, Is.Zero, text);
        Assert.That(text, Does.Contain("the one that you gave"));

        (code, text) = await SeqctlAsync("account", "show", "dev", "--prove", "--height", $"{height}", "--block-hash", Hash256.Of("x"u8).ToString());
        Assert.That(code, Is.EqualTo(4), text);
        Assert.That(text, Does.Contain("Not verified. The step 'header' fails"));
    }

    [Test]
    public async Task A_stock_light_client_verifies_the_state_root()
    {
        // The light client trusts one early header, and finds everything else out.
        var trusted = (await _watch.Comet[0].HeaderAsync(1)).Hash();
        var primary = _test.Network.Endpoints.CometbftRpc[0];
        var port = FreePort.Next();
        using var folder = new TemporaryFolder();
        var program = ProgramFinder.Find(ProgramKind.CometBft, ProgramFinder.FindRoot());
        if (program is null)
            Assert.Ignore("CometBFT v0.38.25 is missing: name it with COMETBFT.");
        await using var proxy = ManagedProcess.Start(new ProcessSpec(
            "cometbft light",
            program!,
            [
                "light", _test.Network.Plan.ChainId, "--primary", primary, "--witnesses", primary, "--height", "1", "--hash", trusted.ToString(),
                "--laddr", $"tcp://127.0.0.1:{port}", "--home-dir", folder.File("light"), "--home", folder.File("home"),
            ],
            folder.File("light.log")));
        using var light = new CometRpcClient(new CometRpcOptions { Address = $"http://127.0.0.1:{port}" });

        QueryAnswer? answer = null;
        await ValidatorWatch.UntilAsync(() => $"cometbft light does not answer:\n{proxy.LogTail()}", async () =>
        {
            answer = await light.QueryAsync("/store/state/key", "root"u8.ToArray(), prove: true);
            return true;
        });

        var stateRoot = Hash256.From(answer!.Value.Span);
        var header = await _watch.Comet[0].HeaderAsync(answer.Height + 1);
        Assert.That(header.AppHash.Span.SequenceEqual(Merkle.AppHash.Of(stateRoot).Span), Is.True);

        // The same root is the one that accounts are proven under.
        var account = await _watch.Api[0].ProveAccountAsync(Developer, answer.Height);
        Assert.That(account.Proof!.StateRoot, Is.EqualTo(stateRoot.ToString()));
    }

    private async Task<(int Code, string Output)> SeqctlAsync(params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        await using var process = ManagedProcess.Start(new ProcessSpec(
            "seqctl",
            _test.Network.CliProgram,
            [.. arguments, "--node", _test.Network.Endpoints.Api[0], "--home", _test.Network.CliHome],
            folder.File("seqctl.log")));
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));

        // Stopping waits for the last of the output.
        await process.StopAsync(TimeSpan.FromSeconds(5));
        return (process.ExitCode, process.LogTail(100));
    }
}
