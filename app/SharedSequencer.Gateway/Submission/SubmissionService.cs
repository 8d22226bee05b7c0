using System.Diagnostics;
using Microsoft.Extensions.Logging;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client;
using SharedSequencer.Gateway.Configuration;
using SharedSequencer.Gateway.Following;
using SharedSequencer.Gateway.JsonRpc;
using SharedSequencer.Gateway.Pool;
using SharedSequencer.Hosting.Processes;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Gateway.Submission;

/// <summary>
/// Sends what the pool admitted to the sequencer, one submission after the other: the next one is cut while the one before
/// is under way, so that load makes submissions larger and not more.
/// </summary>
internal sealed partial class SubmissionService(
    FatalError fatal, GatewayOptions options, PendingPool pool, PayingAccount account, NamespaceView rollup, SubmissionLedger ledger,
    TransactionHistory history, GatewayMetrics metrics, TimeProvider clock, ILogger<SubmissionService> log)
    : ProgramService(fatal)
{
    protected override async Task RunAsync(CancellationToken stopping)
    {
        var gatherer = new SubmissionGatherer(options, pool.ToSubmit, clock);
        while (true)
        {
            var transactions = await gatherer.NextAsync(() => Math.Min(options.MaximumSubmissionBytes, rollup.MaximumPayload), stopping);
            if (transactions.Count > 0)
                await SubmitAsync(transactions, stopping);
        }
    }

    private async Task SubmitAsync(IReadOnlyList<PendingTransaction> transactions, CancellationToken stopping)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var sent = await account.SendAsync([.. transactions.Select(t => new SubmitData(options.Namespace, t.Transaction.Raw))], stopping);
            Remember(transactions, sent.Transaction.Id);
            ledger.Add(new Submission(sent.Transaction.Id, sent.Transaction.Raw, transactions, clock.GetTimestamp()));
            pool.MarkSubmitted(transactions);
            metrics.Submitted(transactions.Count, Stopwatch.GetElapsedTime(started));
            LogSubmitted(transactions.Count, sent.Transaction.Id, sent.Status);
        }
        catch (TransactionRefusedException refusal)
        {
            Fail(transactions, RpcError.Refused($"the sequencer refused it: {refusal.Message} ({refusal.Code})"), refusal);
        }
        catch (Exception error) when (error is SequencerConnectionException or SequencerApiException)
        {
            Fail(transactions, RpcError.Unavailable("the sequencer's node did not take it; try again later"), error);
        }
        catch (OperationCanceledException)
        {
            Fail(transactions, RpcError.Unavailable("the gateway is stopping; try again later"), null);
            throw;
        }
    }

    private void Remember(IReadOnlyList<PendingTransaction> transactions, Hash256 id)
    {
        foreach (var transaction in transactions)
            history.Update(transaction.Hash, place => place is { Slice: not null } ? place : new TransactionPlace(id));
    }

    private void Fail(IReadOnlyList<PendingTransaction> transactions, RpcError reason, Exception? error)
    {
        var released = pool.Release(transactions, reason);
        metrics.SubmissionFailed();
        LogFailed(transactions.Count, released.Count, reason.Message, error);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Submitted {Count} transactions as {Id}: {Status}")]
    private partial void LogSubmitted(int count, Hash256 id, string status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A submission of {Count} transactions failed, {Released} were released: {Reason}")]
    private partial void LogFailed(int count, int released, string reason, Exception? error);
}
