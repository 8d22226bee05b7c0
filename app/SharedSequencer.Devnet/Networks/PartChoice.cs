using SharedSequencer.Devnet.Processes;

namespace SharedSequencer.Devnet.Networks;

/// <summary>
/// What a network on the embedded engine leaves out because its program is not there: a newcomer's first minute needs
/// nothing but the SDK. A network on CometBFT is whole or not at all.
/// </summary>
internal static class PartChoice
{
    public static NetworkPlan Choose(NetworkPlan plan, Action<string> say)
    {
        if (plan.Engine != NetworkEngine.Embedded)
            return plan;
        return plan with
        {
            Bitcoin = IsThere(plan.Bitcoin, ProgramKind.Bitcoind, "bitcoind was not found: transactions become final and not firm, nothing is anchored (set BITCOIND to have it)"),
            Evm = IsThere(plan.Evm, ProgramKind.Geth, "geth was not found: there is no EVM chain and no gateway for wallets (set GETH to have them)"),
        };

        bool IsThere(bool isWanted, ProgramKind kind, string otherwise)
        {
            if (!isWanted || ProgramFinder.Find(kind, plan.Root) is not null)
                return isWanted;
            say(otherwise);
            return false;
        }
    }
}
