using System.Diagnostics;
using KeyValueRollup;
using NUnit.Framework;
using SharedSequencer.Client;
using SharedSequencer.Client.Light;
using SharedSequencer.CometBft.Json;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.SystemTests.Engine;
using SharedSequencer.SystemTests.Networks;

namespace SharedSequencer.SystemTests.Examples;

/// <summary>The example rollup, on a real chain.</summary>
[OnBothEngines]
internal sealed class KeyValueRollupTests(NetworkEngine engine)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);

    [Test]
    public async Task It_registers_submits_follows_and_goes_on_from_its_cursor_after_a_stop()
    {
        await using var test = await TestNetwork.StartAsync(engine);
        using var folder = new TemporaryFolder();
        using var node = new SequencerClient(test.Network.Validators[0].Api);
        using var sender = new AccountSender(node, test.Network.Developer);
        using var headers = await LightClient.OpenAsync(new LightClientSetup
        {
            Primary = new NodeLightBlocks(node),
            Root = TrustRoot.FromGenesis(GenesisDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(test.Network.CliHome, "genesis.json")))),
        });
        var first = new Rollup([node.Node], headers, "key-value", folder.File("first.json"));
        await first.RegisterAsync(node, test.Network.Developer);
        await first.RegisterAsync(node, test.Network.Developer);

        // It follows while values are set, many at once, and is stopped in the middle.
        using (var stop = new CancellationTokenSource(s_limit))
        {
            var running = first.RunAsync(now => CancelWhen(stop, now.Values.Count >= 5), stop.Token);
            await Task.WhenAll(Enumerable.Range(0, 20).Select(i => first.SetAsync(sender, $"name-{i}", $"value-{i}")));
            await EndAsync(running);
        }

        Assert.That(first.Values, Has.Count.InRange(5, 20));
        var stoppedAt = first.Applied;
        await first.SetAsync(sender, "name-3", "another");
        await first.SetAsync(sender, "last", "one");

        // A new process has only the file; another replica begins with nothing.
        var resumed = new Rollup([node.Node], headers, "key-value", folder.File("first.json"));
        var second = new Rollup([node.Node], headers, "key-value", folder.File("second.json"));
        List<ulong> applied = [];
        using (var stop = new CancellationTokenSource(s_limit))
        {
            var both = new[]
            {
                resumed.RunAsync(now => applied.Add(now.Applied), stop.Token),
                second.RunAsync(stop: stop.Token),
            };
            while (!resumed.Values.ContainsKey("last") || !second.Values.ContainsKey("last"))
            {
                Assert.That(both.Any(run => run.IsCompleted), Is.False, "following ended");
                await Task.Delay(20);
            }

            await stop.CancelAsync();
            foreach (var run in both)
                await EndAsync(run);
        }

        Assert.That(resumed.Root, Is.EqualTo(second.Root));
        Assert.That(resumed.Values, Has.Count.EqualTo(21));
        Assert.That(resumed.Values["name-3"], Is.EqualTo("another"));
        Assert.That(applied, Is.EqualTo(Enumerable.Range((int)stoppedAt + 1, applied.Count).Select(n => (ulong)n)), "each slice once, from the cursor on");
    }

    [Test]
    public void It_is_a_rollup_in_under_100_lines()
    {
        var source = Path.Combine(ProgramFinder.FindRoot(), "examples", "KeyValueRollup", "Rollup.cs");

        Assert.That(File.ReadAllLines(source), Has.Length.LessThan(100));
    }

    private static void CancelWhen(CancellationTokenSource stop, bool holds)
    {
        if (holds)
            stop.Cancel();
    }

    private static async Task EndAsync(Task running)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await running.WaitAsync(s_limit);
        }
        catch (OperationCanceledException)
        {
            Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(s_limit));
        }
    }
}
