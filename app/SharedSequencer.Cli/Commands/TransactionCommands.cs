using System.CommandLine;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Cli.Output;
using SharedSequencer.Client;
using SharedSequencer.Primitives;

namespace SharedSequencer.Cli.Commands;

/// <summary><c>seqctl tx</c></summary>
internal static class TransactionCommands
{
    public static Command Create(CommandHost host) =>
        CommandHost.Group("tx", "Shows where transactions stand.", Show(host), Watch(host));

    private static Command Show(CommandHost host)
    {
        var id = IdArgument();
        return host.Action(
            "show",
            "Shows where a transaction stands.",
            ["seqctl tx show 3f0a…"],
            [id],
            async (context, cancellation) =>
            {
                var hash = IdOf(context.Value(id)!);
                var status = await context.Client.GetTransactionAsync(hash, cancellation).ConfigureAwait(false)
                    ?? throw CliException.NotFound($"The node knows no transaction {hash}.");
                context.Field("transaction", status.Id);
                context.Field("status", status.Status);
                context.Field("height", status.Height?.ToString(System.Globalization.CultureInfo.InvariantCulture));
                context.Field("index", status.Index?.ToString(System.Globalization.CultureInfo.InvariantCulture));
                context.Field("time", status.Time?.ToString("O"));
                if (status.Anchor is { } anchor)
                {
                    context.Field("bitcoin tx", anchor.Txid);
                    context.Field("bitcoin height", $"{anchor.BitcoinHeight}");
                    context.Field("confirmations", $"{anchor.Confirmations} ({anchor.Label})");
                }

                context.Field("reason", status.Reason is { } reason ? $"{reason.Message} ({reason.Code})" : null);
                context.Document(status, ApiJson.Default.TransactionStatusResponse);
                return ExitCode.Done;
            });
    }

    private static Command Watch(CommandHost host)
    {
        var id = IdArgument();
        var until = new Option<string>("--until")
        {
            Description = "Stop at this step",
            DefaultValueFactory = _ => TransactionStatuses.Firm,
        };
        until.AcceptOnlyFromAmong(TransactionStatuses.Final, TransactionStatuses.Anchored, TransactionStatuses.Firm);
        return host.Action(
            "watch",
            "Prints each step of a transaction's ladder until it is firm, or at an end.",
            ["seqctl tx watch 3f0a…", "seqctl tx watch 3f0a… --until final --output json"],
            [id, until],
            async (context, cancellation) =>
            {
                var hash = IdOf(context.Value(id)!);
                await foreach (var step in context.Client.WatchTransactionAsync(hash, cancellation).ConfigureAwait(false))
                {
                    context.Line(LadderText.Line(step, null));
                    context.Document(step, ApiJson.Default.TransactionStatusResponse);
                    if (TransactionLadder.IsEnd(step.Status))
                        throw CliException.Failed($"Transaction {hash} is {step.Status}: {step.Reason?.Message ?? "the node gives no reason"}");
                    if (TransactionLadder.HasReached(step.Status, context.Value(until)!))
                        break;
                }

                return ExitCode.Done;
            });
    }

    private static Argument<string> IdArgument() => new("ID") { Description = "The transaction's id, 64 hex digits" };

    private static Hash256 IdOf(string text) =>
        Hash256.TryParse(text, out var id) ? id : throw CliException.Usage($"'{text}' is no transaction id: 64 hex digits are needed.");
}
