using SharedSequencer.Evm;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Evm.Transactions;
using SharedSequencer.Gateway.Configuration;
using SharedSequencer.Gateway.Following;
using SharedSequencer.Gateway.JsonRpc;

namespace SharedSequencer.Gateway.Pool;

/// <summary>
/// The checks before a transaction is accepted, the cheap ones first: its bytes, the fee cap, then nonce and balance
/// against geth's newest state and what is in flight.
/// </summary>
internal sealed class TransactionIntake(
    GatewayOptions options, GethRpc geth, ExecutionView execution, SliceView slices, NamespaceView rollup, PendingPool pool, TimeProvider clock)
{
    /// <summary>Accepts a raw transaction and waits until the sequencer's node has received it.</summary>
    /// <exception cref="RpcException">It is refused; the words are geth's.</exception>
    /// <exception cref="ClientUnreachableException">geth does not answer.</exception>
    public async Task<EvmHash> AcceptAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation)
    {
        slices.EnsureReached();
        var limit = Math.Min(options.MaximumTransactionBytes, rollup.MaximumPayload);
        if (raw.Length > limit)
            throw new RpcException(TransactionErrors.Oversized(raw.Length, limit));

        var (rules, baseFee) = await execution.TermsAsync(options.MaximumTransactionBytes, cancellation);
        if (!EthereumTransaction.TryDecode(raw, rules, out var transaction, out var fault))
            throw new RpcException(TransactionErrors.Of(fault));
        if (transaction.ChainId is null)
            throw new RpcException(TransactionErrors.NotReplayProtected);
        if (transaction.MaxFeePerGas < baseFee)
            throw new RpcException(TransactionErrors.FeeCapTooLow(transaction, baseFee));

        var pending = await AdmitAsync(transaction, cancellation);
        return await pending.Submitted.WaitAsync(cancellation) is { } failure ? throw new RpcException(failure) : transaction.Hash;
    }

    private async Task<PendingTransaction> AdmitAsync(EthereumTransaction transaction, CancellationToken cancellation)
    {
        var deadline = clock.GetTimestamp() + (long)(options.NoncePatience.TotalSeconds * clock.TimestampFrequency);
        while (true)
        {
            var executions = pool.Executions;
            var account = await geth.AccountAsync(transaction.Sender, BlockReference.Latest, cancellation);
            if (pool.TryAdmit(transaction, account, executions) is not { } verdict)
                continue;
            if (verdict.Admitted is { } pending)
                return pending;
            if (verdict.Refused is { } refusal)
                throw new RpcException(refusal);
            try
            {
                var left = clock.GetElapsedTime(clock.GetTimestamp(), deadline);
                if (left <= TimeSpan.Zero)
                {
                    throw new RpcException(TransactionErrors.NonceTooHigh(
                        transaction.Sender, pool.NextNonce(transaction.Sender, account.Nonce), transaction.Nonce));
                }

                await verdict.PredecessorMissing!.WaitAsync(left, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellation.ThrowIfCancellationRequested();
            }
            finally
            {
                pool.StopWaiting(transaction.Sender);
            }
        }
    }
}
