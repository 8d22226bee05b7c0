using SharedSequencer.Application.Ports;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.Node.Chain;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Node.Transactions;

/// <summary>
/// For CometBFT's own mempool (v0.38): through its <c>broadcast_tx_sync</c>, whose CheckTx asks our pool and whose
/// mempool tells the other validators and wakes consensus. What must wait for a nonce stays in our pool alone; the
/// <see cref="PromotionService"/> hands it over when it can run.
/// </summary>
public sealed class BroadcastPath(
    ChainSource chain, TransactionLadder ladder, EndedTransactions ended, ChainFeed feed, CometRpcClient rpc) : ISubmissionPath
{
    /// <summary>The same bytes may be on their way through CheckTx at this moment.</summary>
    private static readonly TimeSpan s_twinPatience = TimeSpan.FromSeconds(1);

    public async ValueTask<Submission> SubmitAsync(SignedTransaction transaction, CancellationToken cancellation)
    {
        try
        {
            return await BroadcastAsync(transaction, transaction.Id.ToString(), cancellation);
        }
        catch (CometRpcException error)
        {
            return Submission.Unavailable(
                transaction.Id.ToString(), $"{error.Message} The transaction may or may not have arrived; submitting it again is safe.");
        }
    }

    private async Task<Submission> BroadcastAsync(SignedTransaction transaction, string text, CancellationToken cancellation)
    {
        var answer = await rpc.BroadcastAsync(transaction.Raw, cancellation);
        switch (answer.Outcome)
        {
            case BroadcastOutcome.Accepted:
                return Submission.Received(text);
            case BroadcastOutcome.AlreadyInCache:
                return await FindTwinAsync(transaction, text, cancellation);
            case BroadcastOutcome.MempoolFull:
                return Submission.Refused(text, ResultCode.PoolFull, $"CometBFT's mempool is full: {answer.Log}. Try again after the next block.");
            case BroadcastOutcome.TooLarge:
                return Submission.Refused(text, ResultCode.TooLarge, $"CometBFT's limits refuse it: {answer.Log}.");
            case BroadcastOutcome.Refused:
                return Refused(transaction, text, (ResultCode)answer.Code, answer.Log);
            default:
                throw new InvalidOperationException($"CometBFT's answer {answer.Outcome} is unknown.");
        }
    }

    private Submission Refused(SignedTransaction transaction, string text, ResultCode code, string log)
    {
        // It is in our pool; the nonce that it waited for may be there by now, or even its block.
        if (code == ResultCode.NonceGap)
        {
            return chain.Pool.PlaceOf(transaction.Id) == PoolPlace.Runnable
                ? Submission.Received(text)
                : ladder.Find(transaction.Id) is { } status ? Submission.Known(status) : Submission.Waiting(text);
        }

        // Its twin may have become final since we looked: then its own nonce is used, by itself.
        if (code == ResultCode.NonceTooLow && ladder.Find(transaction.Id) is { Height: not null } final)
            return Submission.Known(final);
        ended.Add(transaction.Id, new PoolEnding(PoolEndingKind.Rejected, code, log));
        return Submission.Refused(text, code, log);
    }

    /// <summary>CometBFT has seen these bytes: the pool or a block has them, or will in a moment.</summary>
    private async Task<Submission> FindTwinAsync(SignedTransaction transaction, string text, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(s_twinPatience);
        while (true)
        {
            var changed = Task.WhenAny(feed.PoolChanged.Next, feed.Committed.Next);
            if (ladder.Find(transaction.Id) is { } status)
                return Submission.Known(status);
            try
            {
                await changed.WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return Submission.Unavailable(
                    text, "CometBFT still remembers these bytes, but they are neither in the pool nor in a block. Submit them again after the next block.");
            }
        }
    }
}
