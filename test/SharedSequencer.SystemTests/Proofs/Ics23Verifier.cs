using System.ComponentModel;
using System.Text.Json;
using NUnit.Framework;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Primitives;

namespace SharedSequencer.SystemTests.Proofs;

/// <summary>One proof of the state: of absence when there is no value.</summary>
internal sealed record Ics23Case(Hash256 Root, byte[] Key, byte[]? Value, byte[] Proof);

/// <summary>A stock ICS-23 verifier (@confio/ics23, under <c>test/ics23</c>). Needs node and npm.</summary>
internal static class Ics23Verifier
{
    /// <summary>Whether it accepts each of the proofs, and why not.</summary>
    public static async Task<IReadOnlyList<(bool Accepted, string Reason)>> VerifyAsync(IReadOnlyList<Ics23Case> cases)
    {
        var scripts = Path.Combine(ProgramFinder.FindRoot(), "test", "ics23");
        using var folder = new TemporaryFolder();
        if (!Directory.Exists(Path.Combine(scripts, "node_modules", "@confio", "ics23")))
            await RunAsync("npm", ["ci", "--no-audit", "--no-fund"], scripts, folder.File("npm.log"));

        var file = folder.File("cases.json");
        await File.WriteAllBytesAsync(file, JsonSerializer.SerializeToUtf8Bytes(cases.Select(one => new Dictionary<string, string?>
        {
            ["root"] = one.Root.ToString(),
            ["key"] = Convert.ToHexStringLower(one.Key),
            ["value"] = one.Value is null ? null : Convert.ToHexStringLower(one.Value),
            ["proof"] = Convert.ToHexStringLower(one.Proof),
        })));
        var output = folder.File("verdicts.jsonl");
        await RunAsync("node", ["verify.mjs", file], scripts, output);
        var verdicts = (await File.ReadAllLinesAsync(output)).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.That(verdicts, Has.Count.EqualTo(cases.Count));
        return [.. verdicts.Select(v => (v.GetProperty("accepted").GetBoolean(), v.TryGetProperty("reason", out var reason) ? reason.GetString()! : ""))];
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
