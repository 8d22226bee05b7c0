using NUnit.Framework;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.SystemTests.Networks;

namespace SharedSequencer.SystemTests.Engine;

internal sealed class EngineRefusalTests
{
    [Test]
    public async Task A_node_and_devnet_keep_to_the_engine_they_were_started_with()
    {
        using var folder = new TemporaryFolder();
        var plan = new NetworkPlan
        {
            Root = ProgramFinder.FindRoot(),
            Folder = folder.File("network"),
            Engine = NetworkEngine.Embedded,
            Bitcoin = false,
            Evm = false,
        };
        string node;
        string program;
        await using (var network = await LocalNetwork.StartAsync(plan, TestContext.Progress.WriteLine))
        {
            node = network.Validators[0].NodeFolder;
            program = network.Programs.Node;
            Assert.That(network.Endpoints.Engine, Is.EqualTo("embedded"));
            Assert.That(File.ReadAllText(network.Validators[0].Node!.Spec.LogFile), Does.Contain("for development alone"));
        }

        // The node by itself, told to use the other engine.
        var (code, words) = await RunAsync(program, ["start", "--home", node, "--engine", "cometbft"], folder);
        Assert.That(code, Is.EqualTo(1), words);
        Assert.That(words, Does.Contain("'embedded'").And.Contains("'cometbft'").And.Contains("--reset"));

        // The whole network, asked for the other one.
        var refused = Assert.ThrowsAsync<InvalidOperationException>(
            () => LocalNetwork.StartAsync(plan with { Engine = NetworkEngine.CometBft, Root = RootWithCometBft() }, TestContext.Progress.WriteLine));
        Assert.That(refused!.Message, Does.Contain("'embedded'").And.Contains("--reset"));

        // Nobody asks: the record is obeyed, although CometBFT is there.
        Assert.That(EngineChoice.Choose(plan.Folder, plan.Root, 1, Assert.Fail), Is.EqualTo(NetworkEngine.Embedded));
        NetworkReset.Run(plan.Folder, _ => { });
    }

    [Test]
    public async Task A_chain_of_CometBFT_is_refused_by_the_embedded_engine()
    {
        var test = await TestNetwork.StartAsync(NetworkEngine.CometBft);
        await using (test)
        {
            var validator = test.Network.Validators[0];
            await validator.KillAsync();
            using var folder = new TemporaryFolder();
            var (code, words) = await RunAsync(test.Network.Programs.Node, ["start", "--home", validator.NodeFolder, "--engine", "embedded"], folder);

            Assert.That(code, Is.EqualTo(1), words);
            Assert.That(words, Does.Contain("'cometbft'").And.Contains("'embedded'").And.Contains("--reset"));
            Assert.That(EngineChoice.Choose(test.Network.Plan.Folder, test.Network.Plan.Root, 1, Assert.Fail), Is.EqualTo(NetworkEngine.CometBft));
        }
    }

    [Test]
    [Category(OnBothEnginesAttribute.Embedded)]
    public void Two_validators_are_refused_before_anything_is_started()
    {
        using var folder = new TemporaryFolder();
        var plan = new NetworkPlan
        {
            Root = ProgramFinder.FindRoot(),
            Folder = folder.File("network"),
            Engine = NetworkEngine.Embedded,
            Validators = 2,
            Bitcoin = false,
            Evm = false,
        };

        var refused = Assert.ThrowsAsync<InvalidOperationException>(() => LocalNetwork.StartAsync(plan, TestContext.Progress.WriteLine));

        Assert.That(refused!.Message, Does.Contain("one validator, not 2").And.Contains("cometbft"));
        NetworkReset.Run(plan.Folder, _ => { });
    }

    private static string RootWithCometBft()
    {
        var root = ProgramFinder.FindRoot();
        if (ProgramFinder.Find(ProgramKind.CometBft, root) is null)
            Assert.Ignore("CometBFT v0.38.25 is missing: name it with COMETBFT.");
        return root;
    }

    private static async Task<(int Code, string Words)> RunAsync(string program, string[] arguments, TemporaryFolder folder)
    {
        await using var process = ManagedProcess.Start(new ProcessSpec("sequencer", program, arguments, folder.File("refused.log"))
        {
            Environment = new Dictionary<string, string?>
            {
                ["SEQ_SEQUENCER_API_LISTEN"] = "127.0.0.1:0",
                ["SEQ_SEQUENCER_ADMIN_LISTEN"] = "127.0.0.1:0",
                ["SEQ_SEQUENCER_COMETBFT_RPC"] = $"http://127.0.0.1:{FreePort.Next()}",
            },
        });
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await process.StopAsync(TimeSpan.FromSeconds(10));
        return (process.ExitCode, process.LogTail());
    }
}
