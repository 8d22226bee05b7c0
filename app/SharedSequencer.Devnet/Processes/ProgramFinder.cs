using System.Diagnostics;

namespace SharedSequencer.Devnet.Processes;

/// <summary>
/// Finds a real program: by its own environment variable (<c>none</c> means absent), then on PATH, then in
/// <c>$SEQ_SHARED/tools</c>, by default <c>../shared/tools</c> beside the project's root.
/// </summary>
public static class ProgramFinder
{
    private static readonly Dictionary<ProgramKind, Names> s_names = new()
    {
        [ProgramKind.CometBft] = new("COMETBFT", "cometbft", "cometbft-0.38.25", "version", "0.38."),
        [ProgramKind.CometBftV040] = new("COMETBFT_V040", "cometbft-0.40.0", "cometbft-0.40.0", "version", "0."),
        [ProgramKind.AbciCli] = new("ABCI_CLI", "abci-cli", "abci-cli-0.38.25", "version", "0.38."),
        [ProgramKind.Bitcoind] = new("BITCOIND", "bitcoind", "bitcoin-knots/bin/bitcoind", "-version", " v29."),
        [ProgramKind.Grpcurl] = new("GRPCURL", "grpcurl", "grpcurl", "-version", "grpcurl "),
        [ProgramKind.Geth] = new("GETH", "geth", "geth-1.17.8", "--version", " 1.17."),
    };

    /// <summary>The program's path, or null when it is not to be had.</summary>
    /// <param name="root">The project's root folder: the one that holds SharedSequencer.sln.</param>
    public static string? Find(ProgramKind kind, string root)
    {
        var names = s_names[kind];
        var named = Environment.GetEnvironmentVariable(names.Variable);
        if (named == "none")
            return null;
        if (!string.IsNullOrEmpty(named))
            return File.Exists(named) ? named : throw new FileNotFoundException($"{names.Variable} names '{named}', which does not exist.");

        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            var candidate = Path.Combine(folder, names.OnPath);
            if (!File.Exists(candidate))
                continue;
            var version = VersionOf(candidate, names.VersionArgument);
            if (version.Contains(names.Version, StringComparison.Ordinal))
                return candidate;
            Console.Error.WriteLine($"{candidate} is passed over: it says '{version}', version{names.Version.TrimStart(' ', 'v').Insert(0, " ")}x is needed.");
        }

        var tool = Path.Combine(ToolsFolder(root), names.InTools);
        return File.Exists(tool) ? tool : null;
    }

    /// <summary>Where programs are looked for last.</summary>
    public static string ToolsFolder(string root)
    {
        var shared = Environment.GetEnvironmentVariable("SEQ_SHARED");
        return Path.GetFullPath(Path.Combine(string.IsNullOrEmpty(shared) ? Path.Combine(root, "..", "shared") : shared, "tools"));
    }

    /// <summary>The project's root, found upwards from <paramref name="start"/> (by default this program's own folder).</summary>
    public static string FindRoot(string? start = null)
    {
        for (var folder = new DirectoryInfo(start ?? AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SharedSequencer.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("No folder above this program holds SharedSequencer.sln: run it from a checkout of the project.");
    }

    private static string VersionOf(string program, string argument)
    {
        using var process = Process.Start(new ProcessStartInfo(program, [argument]) { RedirectStandardOutput = true, RedirectStandardError = true });
        if (process is null)
            return "nothing";
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (output + errors.Result).Split('\n')[0].Trim();
    }

    private sealed record Names(string Variable, string OnPath, string InTools, string VersionArgument, string Version);
}
