using System.Diagnostics;
using System.Text;
using NUnit.Framework;
using SharedSequencer.Devnet.Processes;

namespace SharedSequencer.SystemTests.Gateway;

/// <summary>
/// A real wallet library (viem, under <c>test/wallet</c>) against a gateway. It needs node and npm; the packages are
/// installed once, from the committed lock file.
/// </summary>
public static class WalletChecks
{
    private static readonly SemaphoreSlim s_installing = new(1);

    /// <summary>
    /// Runs every check: receipts, ten at once, what is refused and how, and (with <paramref name="firmWithin"/>) that safe and
    /// finalized pass the first transaction. Fails the test with the script's output when a check fails.
    /// </summary>
    /// <param name="gatewayUrl">Such as <c>http://127.0.0.1:8545</c>.</param>
    /// <param name="privateKeyHex">64 hex digits, with or without 0x: an account that owns at least one ether.</param>
    /// <param name="firmWithin">How long firm may take; null leaves that check out.</param>
    /// <returns>The script's result lines, one JSON object each.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(
        Uri gatewayUrl, string privateKeyHex, TimeSpan? firmWithin = null, CancellationToken cancellation = default)
    {
        var folder = Path.Combine(ProgramFinder.FindRoot(), "test", "wallet");
        await InstallAsync(folder, cancellation);
        List<string> arguments = ["wallet.mjs", "--url", gatewayUrl.ToString()];
        if (firmWithin is { } time)
            arguments.AddRange(["--firm-within", $"{(int)time.TotalSeconds}"]);
        var key = privateKeyHex.StartsWith("0x", StringComparison.Ordinal) ? privateKeyHex : "0x" + privateKeyHex;
        var (exitCode, output, error) = await RunAsync("node", arguments, folder, key, cancellation);
        if (exitCode != 0)
            throw new AssertionException($"The wallet's checks failed:{Environment.NewLine}{output}{error}");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task InstallAsync(string folder, CancellationToken cancellation)
    {
        await s_installing.WaitAsync(cancellation);
        try
        {
            if (Directory.Exists(Path.Combine(folder, "node_modules", "viem")))
                return;
            var (exitCode, output, error) = await RunAsync("npm", ["ci", "--no-audit", "--no-fund"], folder, "", cancellation);
            if (exitCode != 0)
                throw new AssertionException($"'npm ci' failed in {folder}: {output}{error}");
        }
        finally
        {
            s_installing.Release();
        }
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string program, IReadOnlyList<string> arguments, string folder, string standardInput, CancellationToken cancellation)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardOutputEncoding = Encoding.UTF8,
            },
        };
        process.Start();
        try
        {
            // The key goes by standard input: arguments can be read by everybody on the machine.
            await process.StandardInput.WriteLineAsync(standardInput);
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var error = process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return (process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
