using Microsoft.Extensions.Logging;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client;
using SharedSequencer.Evm;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Evm.Transactions;
using SharedSequencer.Gateway.Configuration;
using SharedSequencer.Gateway.Pool;
using SharedSequencer.Hosting.Processes;
using SharedSequencer.Primitives;

namespace SharedSequencer.Gateway.Following;

/// <summary>
/// Follows the namespace's slices: what is in them is final, whoever wrote it. At start it reads the newest past slices
/// again, so that their transactions are known, and those that are not executed yet count as in flight.
/// </summary>
internal sealed partial class SliceWatch(
    FatalError fatal, GatewayOptions options, SequencerClient node, SliceView view, ExecutionView execution, PendingPool pool,
    TransactionHistory history, TimeProvider clock, ILogger<SliceWatch> log)
    : ProgramService(fatal)
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);

    protected override async Task RunAsync(CancellationToken stopping)
    {
        ulong? next = null;
        while (true)
        {
            try
            {
                next ??= await FirstSliceAsync(stopping);
                await foreach (var news in node.FollowSlicesAsync(options.Namespace, next.Value, cancellation: stopping))
                {
                    if (news is SliceArrived { Slice: var slice })
                    {
                        await TakeAsync(slice, stopping);
                        next = slice.Number + 1;
                    }
                    else
                    {
                        view.ReachTip();
                    }
                }
            }
            catch (SequencerApiException pruned) when (pruned.Code == ProblemCodes.Pruned)
            {
                // What is pruned was executed long ago; only its place is forgotten.
                LogPruned(next ?? 0);
                next = execution.Executed.SliceNumber + 1 > next ? execution.Executed.SliceNumber + 1 : next;
                view.Fault = pruned.Detail;
            }
            catch (Exception error) when (error is SequencerConnectionException or SequencerApiException or ClientUnreachableException)
            {
                if (view.Fault != error.Message)
                    LogInterrupted(error);
                view.Fault = error.Message;
            }

            await Task.Delay(s_retry, clock, stopping);
        }
    }

    private async Task<ulong> FirstSliceAsync(CancellationToken cancellation)
    {
        await execution.RefreshAsync(cancellation);
        var executed = execution.Executed.SliceNumber;
        return executed >= options.HistorySlices ? executed - options.HistorySlices + 1 : 1;
    }

    private async Task TakeAsync(SliceResponse slice, CancellationToken cancellation)
    {
        var number = slice.Number!.Value;
        var isExecuted = number <= execution.Executed.SliceNumber;
        var (rules, _) = await execution.TermsAsync(options.MaximumTransactionBytes, cancellation);
        foreach (var entry in slice.Entries)
        {
            var hash = Keccak256.Of(entry.Payload);
            if (entry.Transaction is not null && Hash256.TryParse(entry.Transaction, out var id))
                Remember(hash, id, slice);
            if (pool.Find(hash) is { } held)
                pool.MarkFinal(held.Transaction, number);
            else if (!isExecuted && EthereumTransaction.TryDecode(entry.Payload, rules, out var transaction, out _))
                MarkFinal(transaction, number);
        }
    }

    private void MarkFinal(EthereumTransaction transaction, ulong slice)
    {
        if (pool.MarkFinal(transaction, slice) is not { } pushedOut)
            return;
        LogPushedOut(pushedOut.Hash, transaction.Hash, transaction.Nonce);
        history.Update(pushedOut.Hash, place => (place ?? new TransactionPlace(null)) with
        {
            End = TransactionStatuses.Replaced,
            Reason = new TransactionReason("nonce_too_low", $"Transaction {transaction.Hash} with the same nonce was ordered first."),
        });
    }

    private void Remember(EvmHash hash, Hash256 submission, SliceResponse slice) => history.Update(hash, place =>
        place?.Slice is { } known && known <= slice.Number
            ? place
            : new TransactionPlace(submission) { Height = slice.Height, Slice = slice.Number, Time = slice.Time });

    [LoggerMessage(Level = LogLevel.Warning, Message = "The node has pruned the slices from {From} on: their transactions are not remembered")]
    private partial void LogPruned(ulong from);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The slices cannot be followed for now")]
    private partial void LogInterrupted(Exception error);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Hash} cannot run any more: {Other} took its nonce {Nonce}")]
    private partial void LogPushedOut(EvmHash hash, EvmHash other, ulong nonce);
}
