using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using SharedSequencer.Devnet.Processes;

namespace SharedSequencer.Bench.Measuring;

/// <summary>On what the figures were measured.</summary>
internal static class Machine
{
    /// <summary>Processor, memory, kernel, runtime and versions of the programs of others, in one line.</summary>
    public static string Describe(string root)
    {
        var model = Line("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();
        var memory = double.Parse((Line("/proc/meminfo", "MemTotal") ?? "0 kB").Split(' ')[0], CultureInfo.InvariantCulture) / 1024 / 1024;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} × {model}, {memory:0} GB, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, CometBFT {Version(ProgramKind.CometBft, root)} and {Version(ProgramKind.CometBftV040, root)}");
    }

    /// <summary>How busy the machine was with other work, over one, five and fifteen minutes.</summary>
    public static string Load() => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3]);

    private static string? Line(string file, string name)
    {
        foreach (var line in File.ReadLines(file))
        {
            if (line.StartsWith(name, StringComparison.Ordinal))
                return line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        }

        return null;
    }

    private static string Version(ProgramKind kind, string root)
    {
        if (ProgramFinder.Find(kind, root) is not { } program)
            return "(absent)";
        using var process = Process.Start(new ProcessStartInfo(program, ["version"]) { RedirectStandardOutput = true })!;
        var version = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return version;
    }
}
