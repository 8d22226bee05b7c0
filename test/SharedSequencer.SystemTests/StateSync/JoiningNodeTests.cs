using System.Globalization;
using NUnit.Framework;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.SystemTests.Networks;

namespace SharedSequencer.SystemTests.StateSync;

/// <summary>A fifth node joins a running network of four validators from a snapshot, and follows.</summary>
[CancelAfter(600_000)]
internal sealed class JoiningNodeTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(150);
    private static readonly NamespaceId s_notes = NamespaceId.OfName("notes");

    [Test]
    public async Task Astria_defect_12_a_fifth_node_joins_by_state_sync_and_follows()
    {
        await using var test = await TestNetwork.StartAsync(plan => plan with
        {
            Validators = 4,
            Bitcoin = false,
            Evm = false,
            NodeSettings = new Dictionary<string, string> { ["SEQ_SEQUENCER_SNAPSHOTS_INTERVAL"] = "10", ["SEQ_SEQUENCER_SNAPSHOTS_KEEP"] = "10" },
        });
        var network = test.Network;
        using var first = new SequencerClient(network.Validators[0].Api);
        using var comet = new CometRpcClient(new CometRpcOptions { Address = network.Endpoints.CometbftRpc[0] });
        using var sender = new AccountSender(first, network.Developer);
        await SendAsync(first, sender, new RegisterNamespace("notes", new NamespaceSettings(), 1_000_000));
        for (byte i = 0; i < 3; i++)
            await SendAsync(first, sender, new SubmitData(s_notes, new[] { i }));
        var joinFrom = await UntilAsync("two snapshots", async () => await HeightAsync(first) > 24 ? 20 : (long?)null);
        var snapshots = network.Validators.Select(v => Directory.EnumerateFiles(Path.Combine(v.NodeFolder, "data", "snapshots", "20"))
            .Order().Select(file => (Path.GetFileName(file), Convert.ToHexString(File.ReadAllBytes(file)))).ToList()).ToList();
        Assert.That(snapshots, Has.All.EqualTo(snapshots[0]), "byte-identical on all four");

        // One of the four lost a part of all its snapshots to its disk: the others are asked.
        foreach (var chunk in Directory.EnumerateFiles(Path.Combine(network.Validators[0].NodeFolder, "data", "snapshots"), "chunk-0", SearchOption.AllDirectories))
            File.WriteAllBytes(chunk, [.. File.ReadAllBytes(chunk).Reverse()]);

        var trusted = await comet.CommitAsync(joinFrom - 5);
        var fifth = await network.AddFollowerAsync(new Dictionary<string, string>
        {
            ["statesync.enable"] = "true",
            ["statesync.rpc_servers"] = $"\"{network.Endpoints.CometbftRpc[1]},{network.Endpoints.CometbftRpc[2]}\"",
            ["statesync.trust_height"] = (joinFrom - 5).ToString(CultureInfo.InvariantCulture),
            ["statesync.trust_hash"] = $"\"{Convert.ToHexString(trusted.SignedHeader.Commit.BlockId.Hash!.Value.Span)}\"",
            ["statesync.discovery_time"] = "\"5s\"",
        });
        await fifth.StartAsync();
        using var joined = new SequencerClient(fifth.Api);
        var status = await UntilAsync("the fifth node's first blocks", async () => await joined.GetStatusAsync() is { } s && s.EarliestHeight < s.Height ? s : null, fifth);
        await fifth.UntilReadyAsync();

        // It has the state and no history, and says so.
        Assert.That(status.EarliestHeight, Is.GreaterThan(20));
        Assert.That(Assert.ThrowsAsync<SequencerApiException>(() => joined.GetBlockAsync(1))!.Code, Is.EqualTo("pruned"));
        Assert.That(Assert.ThrowsAsync<SequencerApiException>(() => joined.GetSlicesAsync(s_notes, 1, 10))!.Status, Is.EqualTo(410));
        Assert.That(
            (await joined.GetAccountAsync(network.Developer.PublicKey)).Balance,
            Is.EqualTo((await first.GetAccountAsync(network.Developer.PublicKey)).Balance));
        Assert.That(LogOf(fifth), Does.Contain("State sync: the state of height"));

        // It follows: slice number 4 comes, on the same block, and its state has the same hash.
        await SendAsync(first, sender, new SubmitData(s_notes, new byte[] { 9 }));
        var slice = await UntilAsync("slice 4", async () => (await joined.GetSlicesAsync(s_notes, 4, 10)).Slices is [var next] ? next : null, fifth);
        Assert.That(slice.Entries.Single().Payload, Is.EqualTo(new byte[] { 9 }));
        var here = await joined.GetBlockAsync(slice.Height);
        var there = await first.GetBlockAsync(slice.Height);
        Assert.That((here.Hash, here.AppHash), Is.EqualTo((there.Hash, there.AppHash)));

        // And what it takes from a user is ordered by the others.
        using var throughFifth = new AccountSender(joined, network.Developer);
        await SendAsync(joined, throughFifth, new SubmitData(s_notes, new byte[] { 10 }));

        await AssertAnchorsAreJudgedAsync(fifth, slice.Height);

        // Killed, it comes back with its own data.
        await fifth.KillAsync();
        await fifth.StartAsync();
        await fifth.UntilReadyAsync();
        Assert.That((await joined.GetStatusAsync()).EarliestHeight, Is.EqualTo(status.EarliestHeight));

        await AssertHardRollbackAsync(fifth, joined);
        await fifth.KillAsync();
    }

    /// <summary>It has no first header, and knows the tag of its chain's checkpoints all the same: Bitcoin's first block holds none.</summary>
    private static async Task AssertAnchorsAreJudgedAsync(ValidatorNode node, long height)
    {
        const string Coinbase =
            "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d0104455468652054696d65"
            + "732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f757420666f722062616e"
            + "6b73ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f3"
            + "5504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000";
        const string Header =
            "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51"
            + "323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c";
        using var admin = new SequencerAdminClient(node.Admin, await File.ReadAllTextAsync(node.AdminTokenFile));
        var refused = Assert.ThrowsAsync<SequencerApiException>(() =>
            admin.ReportAnchorAsync(new AnchorEvidence(height, Coinbase, 0, [], Coinbase, [], 0, [Header])));
        Assert.That(refused!.Code, Is.EqualTo("anchor_refused"), refused.Message);
    }

    /// <summary>The handshake's row A &gt; S: CometBFT lost its newest block, and refuses a node that is ahead until that steps back too.</summary>
    private static async Task AssertHardRollbackAsync(ValidatorNode node, SequencerClient client)
    {
        await node.KillAsync();
        var comet = ProgramFinder.Find(ProgramKind.CometBft, ProgramFinder.FindRoot())!;
        var rolledBack = await RunAsync(comet, "rollback", "--hard", "--home", node.CometFolder);
        Assert.That(rolledBack, Does.Contain("Rolled back"));

        await node.StartAsync();
        await node.Comet!.WaitForExitAsync();
        await node.Comet.StopAsync(TimeSpan.FromSeconds(10));
        Assert.That(node.Comet.LogTail(40), Does.Contain("higher than core"));
        await node.KillAsync();

        var steppedBack = await RunAsync("dotnet", Path.Combine(AppContext.BaseDirectory, "sequencer.dll"), "rollback", "--home", node.NodeFolder);
        Assert.That(steppedBack, Does.Contain("The last height is now"));
        var height = long.Parse(steppedBack.Trim().TrimEnd('.').Split(' ')[^1], CultureInfo.InvariantCulture);
        await node.StartAsync();
        await node.UntilReadyAsync();
        _ = await UntilAsync("the block that was taken back", async () => await HeightAsync(client) > height + 1 ? "there" : null, node);
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        await using var process = ManagedProcess.Start(new ProcessSpec("command", program, arguments, folder.File("command.log")));
        using var deadline = new CancellationTokenSource(s_limit);
        await process.WaitForExitAsync(deadline.Token);
        await process.StopAsync(TimeSpan.FromSeconds(10));
        Assert.That(process.ExitCode, Is.Zero, process.LogTail());
        return process.LogTail();
    }

    private static async Task SendAsync(SequencerClient client, AccountSender sender, TransactionAction action)
    {
        var sent = await sender.SendAsync([action]);
        await client.WaitForAsync(sent.Transaction.Id, "final", TimeSpan.FromSeconds(60));
    }

    private static async Task<long> HeightAsync(SequencerClient client) => (await client.GetStatusAsync()).Height;

    private static string LogOf(ValidatorNode node) => node.Node!.LogTail(2000);

    private static async Task<T> UntilAsync<T>(string what, Func<Task<T?>> ask, ValidatorNode? node = null)
        where T : class => (T)await UntilAsync(what, async () => await ask(), found => found is not null, node);

    private static async Task<long> UntilAsync(string what, Func<Task<long?>> ask) =>
        (long)await UntilAsync(what, async () => await ask(), found => found is not null, null);

    private static async Task<object> UntilAsync(string what, Func<Task<object?>> ask, Func<object?, bool> isGood, ValidatorNode? node)
    {
        using var deadline = new CancellationTokenSource(s_limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        Exception? last = null;
        do
        {
            try
            {
                var answer = await ask();
                if (isGood(answer))
                    return answer!;
            }
            catch (Exception error) when (error is SequencerApiException or SequencerConnectionException)
            {
                last = error;
            }
        }
        while (!deadline.IsCancellationRequested && await timer.WaitForNextTickAsync());
        throw new AssertionException($"There was no {what}: {last?.Message}\n{node?.Node?.LogTail()}\n{node?.Comet?.LogTail(30)}");
    }
}
