using System.ComponentModel;
using NUnit.Framework;
using SharedSequencer.Devnet.Processes;

namespace SharedSequencer.SystemTests.Scripts;

/// <summary>Stock JavaScript clients under <c>test/FOLDER</c>. They need node and npm.</summary>
internal static class NodeScripts
{
    /// <summary>Runs a script of a folder, after its packages were installed if they are not there.</summary>
    /// <param name="folder">Below <c>test/</c>.</param>
    /// <param name="package">A package that the script needs, as its path below node_modules.</param>
    /// <param name="output">The file that takes what it prints.</param>
    /// <param name="arguments">The script, then its arguments.</param>
    public static async Task RunAsync(string folder, string package, string output, params string[] arguments)
    {
        var scripts = Path.Combine(ProgramFinder.FindRoot(), "test", folder);
        if (!Directory.Exists(Path.Combine(scripts, "node_modules", package)))
            await RunAsync("npm", ["ci", "--no-audit", "--no-fund"], scripts, output + ".npm.log");
        await RunAsync("node", arguments, scripts, output);
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
