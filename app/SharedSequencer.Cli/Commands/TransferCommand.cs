using System.CommandLine;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Cli.Output;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Cli.Commands;

/// <summary><c>seqctl transfer</c></summary>
internal static class TransferCommand
{
    public static Command Create(CommandHost host)
    {
        var to = new Argument<string>("TO") { Description = "An address (seq1…) or the name of a key" };
        var amount = new Argument<ulong>("AMOUNT") { Description = "In useq, or as 1.5SEQ", CustomParser = Amount.Parse };
        var sending = new SendingOptions(TransactionStatuses.Final);
        return host.Action(
            "transfer",
            "Moves coins to another account.",
            ["seqctl transfer seq1… 1.5SEQ", "seqctl transfer bob 250000 --key alice", "seqctl transfer bob 1SEQ --wait firm"],
            [to, amount, .. sending.All],
            (context, cancellation) =>
            {
                var recipient = AccountCommands.AccountOf(context, context.Value(to));
                var useq = context.Value(amount);
                if (useq == 0)
                    throw CliException.Usage("The amount is zero: there is nothing to transfer.");
                context.Field("to", recipient.ToString());
                context.Field("amount", Amount.Show(useq));
                return new Submission(context, sending).RunAsync([new Transfer(recipient, useq)], cancellation);
            });
    }
}
