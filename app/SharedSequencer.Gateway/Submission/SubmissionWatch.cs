using Microsoft.Extensions.Logging;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client;
using SharedSequencer.Gateway.Configuration;
using SharedSequencer.Gateway.JsonRpc;
using SharedSequencer.Gateway.Pool;
using SharedSequencer.Hosting.Processes;
using SharedSequencer.Primitives;

namespace SharedSequencer.Gateway.Submission;

/// <summary>
/// Looks after submissions that do not become final soon. One that the node has lost or evicted is submitted again, the
/// same bytes; one that is dead for good is given up, and its nonces are free again.
/// </summary>
internal sealed partial class SubmissionWatch(
    FatalError fatal, GatewayOptions options, SequencerClient node, PayingAccount account, SubmissionLedger ledger, PendingPool pool,
    TransactionHistory history, TimeProvider clock, ILogger<SubmissionWatch> log)
    : ProgramService(fatal)
{
    /// <summary>The slices bring the news first; the node is asked only about what takes longer.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    protected override async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            foreach (var submission in ledger.Open())
            {
                if (clock.GetElapsedTime(submission.ReceivedAt) < s_interval)
                    continue;
                try
                {
                    await CheckAsync(submission, stopping);
                }
                catch (Exception error) when (error is SequencerConnectionException or SequencerApiException or TransactionRefusedException)
                {
                    // Nothing was learnt or done: tried again in the next round.
                    LogUnknown(submission.Id, error);
                    break;
                }
            }

            await Task.Delay(s_interval, clock, stopping);
        }
    }

    private async Task CheckAsync(Submission submission, CancellationToken cancellation)
    {
        var status = await node.GetTransactionAsync(submission.Id, cancellation);
        if (status is null || status.Status == TransactionStatuses.Evicted)
        {
            // Past its lifetime no block can hold it, however often it is sent.
            if (clock.GetElapsedTime(submission.ReceivedAt) > options.SubmissionLifetime)
            {
                GiveUp(submission, status?.Status ?? TransactionStatuses.Expired, status?.Reason);
                return;
            }

            var answer = await ResubmitAsync(submission, cancellation);
            LogResubmitted(submission.Id, answer.Status);
            if (TransactionLadder.IsEnd(answer.Status) && answer.Status != TransactionStatuses.Evicted)
                GiveUp(submission, answer.Status, answer.Reason);
        }
        else if (TransactionLadder.IsEnd(status.Status))
        {
            GiveUp(submission, status.Status, status.Reason);
        }
        else if (status.Status == TransactionStatuses.WaitingForNonce)
        {
            // It was sent on the heels of one that died since.
            LogFilled(submission.Id);
            await account.FillGapAsync(cancellation);
        }
    }

    private async Task<SubmitTransactionResponse> ResubmitAsync(Submission submission, CancellationToken cancellation)
    {
        try
        {
            return await account.ResubmitAsync(submission.Raw, cancellation);
        }
        catch (SequencerApiException refusal) when (refusal.Status is >= 400 and < 500 and not 408 and not 429)
        {
            return new SubmitTransactionResponse(submission.Id.ToString(), TransactionStatuses.Rejected)
            {
                Reason = new TransactionReason(refusal.Code, refusal.Detail),
            };
        }
    }

    private void GiveUp(Submission submission, string end, TransactionReason? reason)
    {
        reason ??= new TransactionReason(end, $"Its submission to the sequencer is {end}.");
        ledger.Remove(submission);
        account.ForgetNonce();
        var released = pool.Release(submission.Transactions, RpcError.Refused($"the sequencer dropped it: {reason.Message}"));
        LogGivenUp(submission.Id, end, reason.Message, released.Count);
        foreach (var transaction in released)
        {
            history.Update(transaction.Hash, place =>
                (place ?? new TransactionPlace(submission.Id)) with { End = end, Reason = reason });
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Id} was lost by the node and submitted again: {Status}")]
    private partial void LogResubmitted(Hash256 id, string status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Id} is {End}: {Reason} Its {Count} transactions are released")]
    private partial void LogGivenUp(Hash256 id, string end, string reason, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Id} waits for a nonce that nobody uses: it is used up by a transfer to ourselves")]
    private partial void LogFilled(Hash256 id);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The node does not tell the status of {Id}")]
    private partial void LogUnknown(Hash256 id, Exception error);
}
