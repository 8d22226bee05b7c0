using SharedSequencer.Api.Contracts;
using SharedSequencer.Client;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Devnet.Demo;

/// <summary>The demo's first step: the namespaces, in one transaction. A second run finds them registered.</summary>
internal static class Namespaces
{
    public const string Notes = "notes";

    private const ulong Deposit = 1_000_000;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <returns>How long it took to be final since the script's first line; null when there was nothing to do.</returns>
    public static async Task<TimeSpan?> RegisterAsync(LocalNetwork network, Progress progress, CancellationToken cancellation)
    {
        using var client = new SequencerClient(network.Validators[0].Api);
        List<TransactionAction> actions = [];
        List<string> names = [];
        string[] needed = network.Evm is null ? [Notes] : [network.Plan.EvmNamespace, Notes];
        foreach (var name in needed)
        {
            if (await client.GetNamespaceAsync(NamespaceId.OfName(name), cancellation) is not null)
                continue;
            actions.Add(new RegisterNamespace(name, new NamespaceSettings(), Deposit));
            names.Add($"'{name}'");
        }

        if (actions.Count == 0)
            return null;
        using var sender = new AccountSender(client, network.Developer);
        var sent = await sender.SendAsync(actions, cancellation);
        var status = await client.WaitForAsync(sent.Transaction.Id, TransactionStatuses.Final, s_patience, cancellation);
        if (!TransactionLadder.HasReached(status.Status, TransactionStatuses.Final))
            throw new DemoFailedException($"The namespaces were not registered: {status.Status}, {status.Reason?.Message}");
        var took = progress.Elapsed;
        progress.Say($"demo: namespace{(names.Count == 1 ? "" : "s")} {string.Join(" and ", names)} registered in block {status.Height}");
        return took;
    }
}
