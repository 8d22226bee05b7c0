using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.SystemTests.Engine;

namespace SharedSequencer.SystemTests.Networks;

/// <summary>The devnet program as a newcomer runs it, with all real programs.</summary>
internal sealed class DevnetScriptTests
{
    [Test]
    public async Task The_demo_becomes_firm_again_after_every_process_was_killed()
    {
        IgnoreWithoutPrograms(ProgramKind.CometBft, ProgramKind.Bitcoind, ProgramKind.Geth);
        using var folder = new TemporaryFolder();
        var data = folder.File("devnet");
        using (var first = Start(data, []))
        {
            await UntilPrintedAsync(first, "both transactions are firm");
            var started = ProcessesOf(data);
            Assert.That(started, Has.Count.GreaterThanOrEqualTo(6));
            foreach (var id in started.Prepend(first.Id))
                Signal.Send(id, Signal.Kill);
            await first.WaitForExitAsync();
        }

        var (code, output, errors) = await RunAsync(data, ["--exit-after-demo"]);
        Assert.That(code, Is.Zero, output + errors);
        Assert.That(output, Does.Contain("both transactions are firm"));
        Assert.That(ProcessesOf(data).Where(IsAlive), Is.Empty, "no process is left behind");
        NetworkReset.Run(data, _ => { });
    }

    [Test]
    [Category(OnBothEnginesAttribute.Embedded)]
    public async Task Without_CometBFT_the_whole_demo_runs_on_the_embedded_engine_and_the_next_run_keeps_to_it()
    {
        IgnoreWithoutPrograms(ProgramKind.Bitcoind, ProgramKind.Geth);
        using var folder = new TemporaryFolder();
        var data = folder.File("devnet");
        foreach (var variable in new[] { ("COMETBFT", "none"), ("SEQ_DEVNET_STARTED", "") })
        {
            var (code, output, errors) = await RunAsync(data, ["--exit-after-demo"], variable);
            Assert.That(code, Is.Zero, output + errors);
            Assert.That(output, Does.Contain("both transactions are firm"));
            Assert.That(output.Contains("CometBFT was not found: the embedded engine", StringComparison.Ordinal), Is.EqualTo(variable.Item1 == "COMETBFT"));
            Assert.That(Endpoints.Read(data)!.Engine, Is.EqualTo("embedded"));
        }

        NetworkReset.Run(data, _ => { });
    }

    [Test]
    public async Task With_no_program_but_its_own_it_orders_on_the_embedded_engine_and_says_what_is_left_out()
    {
        using var folder = new TemporaryFolder();
        var data = folder.File("devnet");
        var (code, output, errors) = await RunAsync(data, ["--exit-after-demo"], ("COMETBFT", "none"), ("GETH", "none"), ("BITCOIND", "none"));

        Assert.That(code, Is.Zero, output + errors);
        Assert.That(output, Does.Contain("CometBFT was not found").And.Contain("bitcoind was not found").And.Contain("geth was not found"));
        Assert.That(output, Does.Contain("demo: the transaction is final").And.Contain("The block is of the chain that you trust"));
        Assert.That(output, Does.Not.Contain("--wait firm"), "it would wait for ever");
        var endpoints = Endpoints.Read(data)!;
        Assert.That((endpoints.Bitcoind, endpoints.Relayer, endpoints.Gateway.Count), Is.EqualTo(((BitcoindEndpoint?)null, (string?)null, 0)));
        NetworkReset.Run(data, _ => { });
    }

    [Test]
    public async Task Without_bitcoind_the_embedded_engine_s_EVM_chain_goes_on_and_with_it_again_all_becomes_firm()
    {
        IgnoreWithoutPrograms(ProgramKind.Bitcoind, ProgramKind.Geth);
        using var folder = new TemporaryFolder();
        var data = folder.File("devnet");
        var (code, output, errors) = await RunAsync(data, ["--engine", "embedded", "--exit-after-demo"], ("BITCOIND", "none"));
        Assert.That(code, Is.Zero, output + errors);
        Assert.That(output, Does.Contain("demo: both transactions are final").And.Contain("the balance grew by 1 ETH"));

        (code, output, errors) = await RunAsync(data, ["--exit-after-demo"]);
        Assert.That(code, Is.Zero, output + errors);
        Assert.That(output, Does.Contain("demo: both transactions are firm"));
        NetworkReset.Run(data, _ => { });
    }

    [Test]
    public async Task A_network_on_CometBFT_is_whole_or_not_at_all_and_the_message_says_what_to_do()
    {
        using var folder = new TemporaryFolder();
        var data = folder.File("devnet");
        var (code, output, errors) = await RunAsync(data, ["--engine", "cometbft", "--exit-after-demo"], ("GETH", "none"));

        Assert.That(code, Is.EqualTo(1));
        Assert.That(errors, Does.Contain("geth").And.Contain("GETH"));
        Assert.That(output, Is.Empty);
        Assert.That(Directory.Exists(data), Is.False);
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(string data, string[] arguments, params (string Name, string Value)[] variables)
    {
        using var devnet = Start(data, arguments, variables);
        var output = devnet.StandardOutput.ReadToEndAsync();
        var errors = await devnet.StandardError.ReadToEndAsync();
        await devnet.WaitForExitAsync();
        return (devnet.ExitCode, await output, errors);
    }

    private static void IgnoreWithoutPrograms(params IReadOnlyList<ProgramKind> kinds)
    {
        var root = ProgramFinder.FindRoot();
        foreach (var kind in kinds)
        {
            if (ProgramFinder.Find(kind, root) is null)
                Assert.Ignore($"{kind} is missing.");
        }
    }

    private static Process Start(string data, string[] arguments, params (string Name, string Value)[] variables)
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(
            ProgramFinder.FindRoot(), "app", "SharedSequencer.Devnet", "bin", framework.Parent!.Name, framework.Name, "devnet");
        var start = new ProcessStartInfo(program, ["--data", data, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static async Task UntilPrintedAsync(Process process, string text)
    {
        var lines = new List<string>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (line.Contains(text, StringComparison.Ordinal))
                return;
        }

        Assert.Fail($"devnet ended with code {process.ExitCode}:\n{string.Join('\n', lines)}\n{await process.StandardError.ReadToEndAsync()}");
    }

    private static List<int> ProcessesOf(string data)
    {
        var file = Path.Combine(data, "processes");
        return File.Exists(file)
            ? [.. File.ReadAllLines(file).Select(line => int.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture))]
            : [];
    }

    private static bool IsAlive(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
