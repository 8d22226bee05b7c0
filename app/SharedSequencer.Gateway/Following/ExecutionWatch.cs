using Microsoft.Extensions.Logging;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Evm;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Gateway.Pool;
using SharedSequencer.Hosting.Processes;

namespace SharedSequencer.Gateway.Following;

/// <summary>
/// Watches the execution client's head. When it reaches a slice, that slice's transactions leave the pool: executed, if
/// geth has their receipts, else dropped by the executor.
/// </summary>
internal sealed partial class ExecutionWatch(
    FatalError fatal, GethRpc geth, ExecutionView view, PendingPool pool, TransactionHistory history,
    GatewayMetrics metrics, TimeProvider clock, ILogger<ExecutionWatch> log)
    : ProgramService(fatal)
{
    private static readonly TimeSpan s_busy = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(1);

    private volatile string? _fault = "The execution client has not been asked yet.";

    /// <summary>Why the execution client cannot be used now; null when it can.</summary>
    public string? Fault => _fault;

    protected override async Task RunAsync(CancellationToken stopping)
    {
        // What was taken from the pool and not judged yet, because geth failed in between.
        List<PendingTransaction> passed = [];
        while (true)
        {
            try
            {
                await view.RefreshAsync(stopping);
                passed.AddRange(pool.TakeExecuted(view.Executed.SliceNumber));
                await JudgeAsync(passed, stopping);
                passed.Clear();
                if (_fault is not null)
                    LogAnswers();
                _fault = null;
            }
            catch (Exception error) when (error is ClientUnreachableException or JsonRpcErrorException)
            {
                if (_fault is null)
                    LogFault(error);
                _fault = $"The execution client does not answer: {error.Message}";
            }

            await Task.Delay(pool.Count > 0 ? s_busy : s_idle, clock, stopping);
        }
    }

    private async Task JudgeAsync(List<PendingTransaction> passed, CancellationToken cancellation)
    {
        if (passed.Count == 0)
            return;

        var receipts = await geth.Client.CallBatchAsync(
            [.. passed.Select(p => JsonRpcCall.Of("eth_getTransactionReceipt", p.Hash.ToString()))], cancellation);
        List<PendingTransaction> dropped = [];
        for (var i = 0; i < passed.Count; i++)
        {
            if (receipts[i].ResultOrThrow().ValueKind == System.Text.Json.JsonValueKind.Null)
                dropped.Add(passed[i]);
        }

        metrics.Executed(passed.Count - dropped.Count);
        if (dropped.Count == 0)
            return;

        metrics.Dropped(dropped.Count);
        var accounts = await geth.AccountsAsync([.. dropped.Select(p => p.Transaction.Sender)], BlockReference.Latest, cancellation);
        for (var i = 0; i < dropped.Count; i++)
        {
            var (hash, reason) = (dropped[i].Hash, Explain(dropped[i], accounts[i]));
            LogDropped(hash, dropped[i].Slice, reason.Message);
            history.Update(hash, place => (place ?? new TransactionPlace(null)) with { Dropped = reason });
        }
    }

    /// <summary>The executor's own reason stays with the executor; the state that it left shows which it was.</summary>
    private TransactionReason Explain(PendingTransaction dropped, EvmAccount account)
    {
        var transaction = dropped.Transaction;
        if (transaction.Nonce < account.Nonce)
            return new("nonce_too_low", $"The account's next nonce is {account.Nonce}: another transaction has used {transaction.Nonce}.");
        if (transaction.Nonce > account.Nonce)
            return new("nonce_too_high", $"The account's next nonce is {account.Nonce}, not {transaction.Nonce}: one before it was not executed.");
        if (transaction.MaxCost > account.Balance)
            return new("insufficient_funds", $"The account has {account.Balance} wei; the transaction can cost {transaction.MaxCost}.");
        return view.Head is { } head && transaction.MaxFeePerGas < head.BaseFeePerGas
            ? new("fee_cap_below_base_fee", $"The base fee is {head.BaseFeePerGas} wei, the fee cap {transaction.MaxFeePerGas}.")
            : new("dropped", "The executor could not include it: its block's gas or bytes were used up, or the fee was too low at the time.");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The execution client answers")]
    private partial void LogAnswers();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The execution client does not answer")]
    private partial void LogFault(Exception error);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Hash} of slice {Slice} was dropped: {Reason}")]
    private partial void LogDropped(EvmHash hash, ulong slice, string reason);
}
