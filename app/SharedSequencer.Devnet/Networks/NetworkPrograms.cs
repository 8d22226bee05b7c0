using SharedSequencer.Devnet.Processes;
using SharedSequencer.Devnet.Programs;

namespace SharedSequencer.Devnet.Networks;

/// <summary>All programs of a network, found before anything is started.</summary>
/// <param name="CometBft">Null on the embedded engine.</param>
internal sealed record NetworkPrograms(string? CometBft, string? Bitcoind, string? Geth, string Node, string Relayer, string Gateway, string Cli)
{
    /// <exception cref="MissingProgramException">One is not to be had; with what to do.</exception>
    public static NetworkPrograms Find(NetworkPlan plan) => new(
        plan.Engine == NetworkEngine.Embedded ? null
        : plan.CometBft == CometProfile.V040
            ? External(ProgramKind.CometBftV040, plan.Root, "CometBFT v0.40.0", "COMETBFT_V040", "go install github.com/cometbft/cometbft/cmd/cometbft@v0.40.0")
            : External(ProgramKind.CometBft, plan.Root, "CometBFT v0.38.25", "COMETBFT", "use --engine embedded for one validator, go install github.com/cometbft/cometbft/cmd/cometbft@v0.38.25"),
        plan.Bitcoin ? External(ProgramKind.Bitcoind, plan.Root, "bitcoind", "BITCOIND", "install Bitcoin Core or Knots 29") : null,
        plan.Evm ? External(ProgramKind.Geth, plan.Root, "geth 1.17", "GETH", "go install github.com/ethereum/go-ethereum/cmd/geth@v1.17.8") : null,
        Own(plan.Root, "Node", "sequencer"),
        Own(plan.Root, "Relayer", "relayer"),
        Own(plan.Root, "Gateway", "gateway"),
        Own(plan.Root, "Cli", "seqctl"));

    private static string External(ProgramKind kind, string root, string title, string variable, string remedy) =>
        ProgramFinder.Find(kind, root)
        ?? throw new MissingProgramException(
            $"{title} was not found: not in ${variable}, not on PATH, not in {ProgramFinder.ToolsFolder(root)}.\n"
            + $"To go on: {remedy}, or set {variable} to the program's path.");

    private static string Own(string root, string project, string program)
    {
        // bin/CONFIGURATION/FRAMEWORK: the programs that were built together with this one.
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        var path = Path.Combine(
            root, "app", $"SharedSequencer.{project}", "bin", framework.Parent!.Name, framework.Name, program);
        return File.Exists(path) ? path : throw new MissingProgramException($"{path} is not built: run scripts/setup.sh.");
    }
}

/// <summary>A program that a network needs is not there.</summary>
public sealed class MissingProgramException(string message) : Exception(message);
