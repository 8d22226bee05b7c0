using System.CommandLine;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Cli.Output;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Cli.Commands;

/// <summary><c>seqctl namespace</c></summary>
internal static class NamespaceCommands
{
    private const ulong DefaultDeposit = 1_000_000;

    public static Command Create(CommandHost host) => CommandHost.Group(
        "namespace", "Registers and looks at namespaces: each is one rollup's.", Register(host), Update(host), Show(host), List(host));

    /// <summary>The argument that names a namespace.</summary>
    public static Argument<string> Argument() => new("NS") { Description = "The namespace: its name, or its id (16 hex digits)" };

    private static Command Register(CommandHost host)
    {
        var name = new Argument<string>("NAME") { Description = "3 to 32 of a-z, 0-9 and '-'" };
        var options = new NamespaceOptions();
        var sending = new SendingOptions(TransactionStatuses.Final);
        return host.Action(
            "register",
            "Takes a free name. Whoever signs becomes the owner.",
            ["seqctl namespace register alpha", "seqctl namespace register alpha --deposit 10SEQ --writer alice --writer seq1…"],
            [name, .. options.All, .. sending.All],
            (context, cancellation) =>
            {
                var text = context.Value(name)!;
                if (!NamespaceId.IsValidName(text))
                    throw CliException.Usage($"'{text}' is no name for a namespace: 3 to 32 of a-z, 0-9 and '-' are needed.");
                if (NamespaceId.TryParse(text, out _))
                    throw CliException.Usage($"'{text}' would be taken for an id wherever it is used: choose a name that is not 16 hex digits.");
                var deposit = options.Deposit(context) ?? DefaultDeposit;
                context.Field("namespace", $"{text} ({NamespaceId.OfName(text)})");
                context.Field("deposit", Amount.Show(deposit));
                var action = new RegisterNamespace(text, options.Apply(context, new NamespaceSettings()), deposit);
                return new Submission(context, sending).RunAsync([action], cancellation);
            });
    }

    private static Command Update(CommandHost host)
    {
        var ns = Argument();
        var options = new NamespaceOptions();
        var owner = new Option<string?>("--owner") { Description = "The new owner: an address or the name of a key", HelpName = "ADDRESS" };
        var sending = new SendingOptions(TransactionStatuses.Final);
        return host.Action(
            "update",
            "Changes a namespace. What is not given stays as it is. Only its owner may.",
            ["seqctl namespace update alpha --surcharge 2", "seqctl namespace update alpha --open --deposit 5SEQ"],
            [ns, .. options.All, owner, .. sending.All],
            async (context, cancellation) =>
            {
                var record = await FindAsync(context, context.Value(ns)!, cancellation).ConfigureAwait(false);
                var (settings, deposit) = NamespaceOptions.Of(record);
                var action = new UpdateNamespace(
                    NamespaceId.OfName(record.Name),
                    options.Apply(context, settings),
                    options.Deposit(context) ?? deposit,
                    context.Value(owner) is { } newOwner ? AccountCommands.AccountOf(context, newOwner) : null);
                context.Field("namespace", $"{record.Name} ({record.Id})");
                return await new Submission(context, sending).RunAsync([action], cancellation).ConfigureAwait(false);
            });
    }

    private static Command Show(CommandHost host)
    {
        var ns = Argument();
        return host.Action(
            "show",
            "Shows a namespace's record and head.",
            ["seqctl namespace show alpha"],
            [ns],
            async (context, cancellation) =>
            {
                var record = await FindAsync(context, context.Value(ns)!, cancellation).ConfigureAwait(false);
                context.Field("name", record.Name);
                context.Field("id", record.Id);
                context.Field("owner", record.Owner);
                context.Field("writers", record.Writers is null ? "everyone" : string.Join(", ", record.Writers));
                context.Field("fee recipient", record.FeeRecipient);
                context.Field("surcharge", $"{Amount.Show(record.SurchargePerByte)} for each byte");
                context.Field("bytes per block", record.MaxBytesPerBlock == 0 ? "as many as fit" : $"{record.MaxBytesPerBlock}");
                context.Field("data mode", record.DataMode);
                context.Field("deposit", Amount.Show(record.Deposit));
                context.Field("slices", $"{record.Head.SliceCount}");
                if (record.Head.SliceCount > 0)
                    context.Field("last slice", $"height {record.Head.LastHeight}");
                context.Field("head", record.Head.Root);
                context.Document(record, ApiJson.Default.NamespaceResponse);
                return ExitCode.Done;
            });
    }

    private static Command List(CommandHost host) => host.Action(
        "list",
        "Lists all namespaces.",
        ["seqctl namespace list", "seqctl namespace list --output json"],
        [],
        async (context, cancellation) =>
        {
            var list = await context.Client.GetNamespacesAsync(cancellation).ConfigureAwait(false);
            foreach (var record in list.Namespaces)
                context.Line($"{record.Id}  {record.Name,-33}{record.Head.SliceCount} slices");
            if (list.Namespaces.Count == 0)
                context.Line("There are no namespaces. Register one with 'seqctl namespace register NAME'.");
            context.Document(list, ApiJson.Default.NamespaceListResponse);
            return ExitCode.Done;
        });

    internal static async Task<NamespaceResponse> FindAsync(CommandContext context, string text, CancellationToken cancellation) =>
        await context.Client.GetNamespaceAsync(CommandContext.NamespaceOf(text), cancellation).ConfigureAwait(false)
        ?? throw CliException.NotFound($"There is no namespace '{text}'. 'seqctl namespace list' shows all.");
}
