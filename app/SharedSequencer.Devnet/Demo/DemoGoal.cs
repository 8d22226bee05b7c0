using SharedSequencer.Api.Contracts;
using SharedSequencer.Devnet.Networks;

namespace SharedSequencer.Devnet.Demo;

/// <summary>How far a transaction comes on a network: without Bitcoin nothing becomes firm.</summary>
internal static class DemoGoal
{
    public static string Of(LocalNetwork network) => network.Bitcoin is null ? TransactionStatuses.Final : TransactionStatuses.Firm;
}
