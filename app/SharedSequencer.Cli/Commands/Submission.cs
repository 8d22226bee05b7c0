using System.Diagnostics;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Cli.Output;
using SharedSequencer.Client;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Cli.Commands;

/// <summary>Signs and sends one transaction, then prints each step of the ladder, with its time, up to the one to wait for.</summary>
internal sealed class Submission(CommandContext context, SendingOptions options)
{
    private readonly List<StepView> _steps = [];
    private long _start;

    public async Task<int> RunAsync(IReadOnlyList<TransactionAction> actions, CancellationToken cancellation)
    {
        var key = context.SigningKey();
        using var sender = new AccountSender(context.Client, key.Secret, options.Sender(context));
        _start = Stopwatch.GetTimestamp();
        var sent = await SendAsync(sender, actions, cancellation).ConfigureAwait(false);
        var transaction = sent.Transaction;
        context.Field("transaction", transaction.Id.ToString());
        var last = new TransactionStatusResponse(transaction.Id.ToString(), sent.Status);
        Report(last);

        var wanted = options.Wait(context);
        if (!TransactionLadder.HasReached(last.Status, wanted) && wanted != TransactionStatuses.Received)
            last = await FollowAsync(last, wanted, transaction, cancellation).ConfigureAwait(false);

        context.Document(
            new SubmissionView(transaction.Id.ToString(), sender.Account.ToString(), transaction.Body.Nonce, last.Status)
            {
                Height = last.Height,
                Index = last.Index,
                Steps = _steps,
                Reason = last.Reason,
            },
            CliJson.Default.SubmissionView);
        return TransactionLadder.IsEnd(last.Status)
            ? throw CliException.Failed($"Transaction {transaction.Id} is {last.Status}: {last.Reason?.Message ?? "the node gives no reason"}")
            : ExitCode.Done;
    }

    private static async Task<SentTransaction> SendAsync(
        AccountSender sender, IReadOnlyList<TransactionAction> actions, CancellationToken cancellation)
    {
        try
        {
            return await sender.SendAsync(actions, cancellation).ConfigureAwait(false);
        }
        catch (ArgumentException e)
        {
            // The library refuses to sign what no node would take: too large, say.
            throw CliException.Failed(e.Message);
        }
    }

    private async Task<TransactionStatusResponse> FollowAsync(
        TransactionStatusResponse last, string wanted, SignedTransaction transaction, CancellationToken cancellation)
    {
        var timeout = options.Timeout(context);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        try
        {
            await foreach (var step in context.Client.WatchTransactionAsync(transaction.Id, limit.Token).ConfigureAwait(false))
            {
                var isNew = step.Status != last.Status;
                last = step;
                if (isNew)
                    Report(step);
                if (TransactionLadder.HasReached(step.Status, wanted) || TransactionLadder.IsEnd(step.Status))
                    break;
            }

            return last;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw CliException.Failed(
                $"Transaction {transaction.Id} is {last.Status}, not {wanted}, after {timeout.TotalSeconds:0} s. "
                + $"It may go on; follow it with: seqctl tx watch {transaction.Id}");
        }
    }

    private void Report(TransactionStatusResponse step)
    {
        var elapsed = Stopwatch.GetElapsedTime(_start);
        _steps.Add(new StepView(step.Status, (long)elapsed.TotalMilliseconds) { Anchor = step.Anchor });
        if (!TransactionLadder.IsEnd(step.Status))
            context.Line(LadderText.Line(step, elapsed));
    }
}
