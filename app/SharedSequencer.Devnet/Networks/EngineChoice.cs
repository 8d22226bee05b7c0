using SharedSequencer.Devnet.Processes;

namespace SharedSequencer.Devnet.Networks;

/// <summary>Which engine a network starts with when nobody named one: that of its last run, else CometBFT if it is there.</summary>
internal static class EngineChoice
{
    /// <param name="folder">The network's; what is recorded there is obeyed.</param>
    /// <param name="validators">More than one need CometBFT.</param>
    public static NetworkEngine Choose(string folder, string root, int validators, Action<string> say)
    {
        if (new NetworkFolder(folder).Engine is { } recorded)
            return recorded;
        if (validators > 1 || ProgramFinder.Find(ProgramKind.CometBft, root) is not null)
            return NetworkEngine.CometBft;
        say("CometBFT was not found: the embedded engine orders the blocks (one validator, for development)");
        return NetworkEngine.Embedded;
    }
}
