using System.ComponentModel;
using System.Text.Json;
using NUnit.Framework;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Devnet.Processes;

namespace SharedSequencer.SystemTests.Engine;

/// <summary>A stock client of CometBFT's RPC (@cosmjs/tendermint-rpc, under <c>test/cosmjs</c>). Needs node and npm.</summary>
internal static class CosmjsReader
{
    /// <summary>Has it submit a transaction and read the chain.</summary>
    /// <returns>By call, the shape of what it understood.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(LocalNetwork network)
    {
        var scripts = Path.Combine(ProgramFinder.FindRoot(), "test", "cosmjs");
        using var folder = new TemporaryFolder();
        if (!Directory.Exists(Path.Combine(scripts, "node_modules", "@cosmjs", "tendermint-rpc")))
            await RunAsync("npm", ["ci", "--no-audit", "--no-fund"], scripts, folder.File("npm.log"));
        var transaction = await TwoEngines.SignAsync(network);
        var output = folder.File("read.jsonl");
        await RunAsync("node", ["read.mjs", network.Endpoints.CometbftRpc[0], Convert.ToHexString(transaction.Raw.Span)], scripts, output);
        var lines = (await File.ReadAllLinesAsync(output)).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.That(lines[^1].GetProperty("call").GetString(), Is.EqualTo("done"));
        return lines.SkipLast(1).ToDictionary(line => line.GetProperty("call").GetString()!, line => line.GetProperty("value").GetRawText());
    }

    private static async Task RunAsync(string program, string[] arguments, string folder, string log)
    {
        try
        {
            await using var process = ManagedProcess.Start(new ProcessSpec(program, program, arguments, log) { WorkingDirectory = folder });
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));

            // Stopping waits for the last of the output.
            await process.StopAsync(TimeSpan.FromSeconds(10));
            Assert.That(process.ExitCode, Is.Zero, process.LogTail());
        }
        catch (Win32Exception)
        {
            Assert.Ignore($"{program} is missing: install Debian's packages nodejs and npm.");
        }
    }
}
