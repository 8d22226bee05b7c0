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
        using (var first = Start(data))
        {
            await UntilPrintedAsync(first, "both transactions are firm");
            var started = ProcessesOf(data);
            Assert.That(started, Has.Count.GreaterThanOrEqualTo(6));
            foreach (var id in started.Prepend(first.Id))
                Signal.Send(id, Signal.Kill);
            await first.WaitForExitAsync();
        }

        using var second = Start(data, "--exit-after-demo");
        var output = second.StandardOutput.ReadToEndAsync();
        var errors = await second.StandardError.ReadToEndAsync();
        await second.WaitForExitAsync();

        Assert.That(second.ExitCode, Is.Zero, await output + errors);
        Assert.That(await output, Does.Contain("both transactions are firm"));
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
            using var devnet = Start(data, "--exit-after-demo", variable);
            var output = devnet.StandardOutput.ReadToEndAsync();
            var errors = await devnet.StandardError.ReadToEndAsync();
            await devnet.WaitForExitAsync();

            Assert.That(devnet.ExitCode, Is.Zero, await output + errors);
            Assert.That(await output, Does.Contain("both transactions are firm"));
            Assert.That((await output).Contains("CometBFT was not found: the embedded engine", StringComparison.Ordinal), Is.EqualTo(variable.Item1 == "COMETBFT"));
            Assert.That(Endpoints.Read(data)!.Engine, Is.EqualTo("embedded"));
        }

        NetworkReset.Run(data, _ => { });
    }

    [Test]
    public async Task Without_geth_nothing_is_started_and_the_message_says_what_to_do()
    {
        using var folder = new TemporaryFolder();
        var data = folder.File("devnet");
        using var devnet = Start(data, "--exit-after-demo", variable: ("GETH", "none"));
        var output = devnet.StandardOutput.ReadToEndAsync();
        var errors = await devnet.StandardError.ReadToEndAsync();
        await devnet.WaitForExitAsync();

        Assert.That(devnet.ExitCode, Is.EqualTo(1));
        Assert.That(errors, Does.Contain("geth").And.Contain("GETH"));
        Assert.That(await output, Is.Empty);
        Assert.That(Directory.Exists(data), Is.False);
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

    private static Process Start(string data, string? more = null, (string Name, string Value)? variable = null)
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(
            ProgramFinder.FindRoot(), "app", "SharedSequencer.Devnet", "bin", framework.Parent!.Name, framework.Name, "devnet");
        var start = new ProcessStartInfo(program, ["--data", data, .. more is null ? Array.Empty<string>() : [more]])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (variable is { } set)
            start.Environment[set.Name] = set.Value;
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
