namespace SharedSequencer.Devnet.Processes;

/// <summary>
/// Finds a real program: by its own environment variable (<c>none</c> means absent), then on PATH, then in
/// <c>$SEQ_SHARED/tools</c>, by default <c>../shared/tools</c> beside the project's root.
/// </summary>
public static class ProgramFinder
{
    private static readonly Dictionary<ProgramKind, (string Variable, string OnPath, string InTools)> s_names = new()
    {
        [ProgramKind.CometBft] = ("COMETBFT", "cometbft", "cometbft-0.38.25"),
        [ProgramKind.CometBftV040] = ("COMETBFT_V040", "cometbft-0.40.0", "cometbft-0.40.0"),
        [ProgramKind.AbciCli] = ("ABCI_CLI", "abci-cli", "abci-cli-0.38.25"),
        [ProgramKind.Bitcoind] = ("BITCOIND", "bitcoind", "bitcoin-knots/bin/bitcoind"),
        [ProgramKind.Geth] = ("GETH", "geth", "geth-1.17.8"),
    };

    /// <summary>The program's path, or null when it is not to be had.</summary>
    /// <param name="root">The project's root folder: the one that holds SharedSequencer.sln.</param>
    public static string? Find(ProgramKind kind, string root)
    {
        var (variable, onPath, inTools) = s_names[kind];
        var named = Environment.GetEnvironmentVariable(variable);
        if (named == "none")
            return null;
        if (!string.IsNullOrEmpty(named))
            return File.Exists(named) ? named : throw new FileNotFoundException($"{variable} names '{named}', which does not exist.");

        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            var candidate = Path.Combine(folder, onPath);
            if (File.Exists(candidate))
                return candidate;
        }

        var shared = Environment.GetEnvironmentVariable("SEQ_SHARED");
        if (string.IsNullOrEmpty(shared))
            shared = Path.Combine(root, "..", "shared");
        var tool = Path.GetFullPath(Path.Combine(shared, "tools", inTools));
        return File.Exists(tool) ? tool : null;
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
}
