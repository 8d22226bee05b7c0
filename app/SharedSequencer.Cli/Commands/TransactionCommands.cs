using System.CommandLine;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Cli.Output;
using SharedSequencer.Client;
using SharedSequencer.Client.Light;
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
        var verify = new Option<bool>("--verify")
        {
            Description = "Check by the light client that the transaction is in the block that the node names; end with code 4 when it is not",
        };
        return host.Action(
            "watch",
            "Prints each step of a transaction's ladder until it is firm, or at an end.",
            ["seqctl tx watch 3f0a…", "seqctl tx watch 3f0a… --until final --output json", "seqctl tx watch 3f0a… --verify"],
            [id, until, verify],
            (context, cancellation) =>
            {
                var hash = IdOf(context.Value(id)!);
                var last = context.Value(until)!;
                return context.Value(verify)
                    ? SliceCheck.RunAsync(context, light => WatchAsync(context, hash, last, light, cancellation), cancellation)
                    : WatchAsync(context, hash, last, null, cancellation);
            });
    }

    /// <param name="light">To check where the node says that it is; null to believe it.</param>
    private static async Task<int> WatchAsync(CommandContext context, Hash256 id, string until, LightClient? light, CancellationToken cancellation)
    {
        (long Height, uint Index)? verified = null;
        await foreach (var step in context.Client.WatchTransactionAsync(id, cancellation).ConfigureAwait(false))
        {
            if (light is not null && step is { Height: { } height, Index: { } index } && verified != (height, index))
            {
                await CheckAsync(context, light, id, height, index, cancellation).ConfigureAwait(false);
                verified = (height, index);
            }

            context.Line(LadderText.Line(step, null));
            context.Document(step, ApiJson.Default.TransactionStatusResponse);
            if (TransactionLadder.IsEnd(step.Status))
                throw CliException.Failed($"Transaction {id} is {step.Status}: {step.Reason?.Message ?? "the node gives no reason"}");
            if (!TransactionLadder.HasReached(step.Status, until))
                continue;
            if (verified is { } place)
                context.Line($"Verified: it is in block {place.Height}, and the chain's validators signed that.");
            else if (light is not null)
                SliceCheck.Refused(context, "transaction", $"The node says {step.Status} and names no block.");
            break;
        }

        return ExitCode.Done;
    }

    private static async Task CheckAsync(
        CommandContext context, LightClient light, Hash256 id, long height, uint index, CancellationToken cancellation)
    {
        if (height < 1)
            SliceCheck.Refused(context, "transaction", $"Height {height} does not exist: blocks start at 1.");
        var header = await light.AtAsync(height, cancellation).ConfigureAwait(false);
        var block = await context.Client.GetBlockAsync(height, cancellation).ConfigureAwait(false);
        if (TransactionVerifier.Fault(block, id, index, header) is { } fault)
            SliceCheck.Refused(context, "transaction", fault);
    }

    private static Argument<string> IdArgument() => new("ID") { Description = "The transaction's id, 64 hex digits" };

    private static Hash256 IdOf(string text) =>
        Hash256.TryParse(text, out var id) ? id : throw CliException.Usage($"'{text}' is no transaction id: 64 hex digits are needed.");
}
