using System.Diagnostics;
using System.Text.Json;
using SharedSequencer.Devnet.Networks;

namespace SharedSequencer.Devnet.Demo;

/// <summary>A note submitted by seqctl, followed as far as it comes, and its slice verified by seqctl's light client from genesis on.</summary>
internal static class Note
{
    public static async Task RunAsync(LocalNetwork network, Progress progress, CancellationToken cancellation)
    {
        var text = $"hello from devnet at {DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm:ss}";
        var lines = await SeqctlAsync(network, ["submit", Namespaces.Notes, "--text", text, "--wait", DemoGoal.Of(network)], line => progress.Say($"      note: {line}"), cancellation);
        var height = await HeightOfNewestAsync(network, cancellation);
        if (lines.Count == 0)
            throw new DemoFailedException("seqctl submit printed nothing.");

        var file = Path.Combine(network.Folder.Root, "note-slice.json");
        await SeqctlAsync(network, ["slice", "get", Namespaces.Notes, height, "--proof", "--out", file], _ => { }, cancellation);
        await SeqctlAsync(network, ["slice", "verify", "--file", file], line => progress.Say($"      note: {line}"), cancellation);
    }

    private static async Task<string> HeightOfNewestAsync(LocalNetwork network, CancellationToken cancellation)
    {
        var lines = await SeqctlAsync(network, ["namespace", "show", Namespaces.Notes, "--output", "json"], _ => { }, cancellation);
        using var json = JsonDocument.Parse(string.Join('\n', lines));
        return json.RootElement.GetProperty("head").GetProperty("last_height").GetRawText();
    }

    private static async Task<List<string>> SeqctlAsync(LocalNetwork network, string[] arguments, Action<string> print, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(network.CliProgram, [.. arguments, "--node", network.Validators[0].Api.ToString().TrimEnd('/'), "--home", network.CliHome])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new DemoFailedException($"{network.CliProgram} did not start.");
        try
        {
            List<string> lines = [];
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            while (await process.StandardOutput.ReadLineAsync(cancellation) is { } line)
            {
                lines.Add(line);
                print(line);
            }

            await process.WaitForExitAsync(cancellation);
            return process.ExitCode == 0
                ? lines
                : throw new DemoFailedException($"seqctl {string.Join(' ', arguments)} ended with code {process.ExitCode}: {await errors}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
