using SharedSequencer.Api.Contracts;
using SharedSequencer.Application.Ports;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.Node.Chain;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol;

namespace SharedSequencer.Node.Transactions;

/// <summary>
/// Takes transactions from users. What can be refused by itself never reaches CometBFT; the rest goes through its
/// <c>broadcast_tx_sync</c>, whose CheckTx asks our pool and whose mempool tells the other validators.
/// </summary>
public sealed class SubmissionService(ChainSource chain, TransactionLadder ladder, EndedTransactions ended, ChainFeed feed, CometRpcClient rpc)
{
    /// <summary>The same bytes may be on their way through CheckTx at this moment.</summary>
    private static readonly TimeSpan s_twinPatience = TimeSpan.FromSeconds(1);

    /// <summary>Submits one transaction. The same bytes again give its status, or try anew after <c>rejected</c> and <c>evicted</c>.</summary>
    public async Task<Submission> SubmitAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation)
    {
        _ = chain.State;
        var id = Hash256.Of(raw.Span);
        var text = id.ToString();
        if (ladder.Find(id) is { } known && known.Status is not (TransactionStatuses.Rejected or TransactionStatuses.Evicted))
            return Submission.Known(known);

        // The pool would take it out of a cache otherwise shared: verified once, here or in CheckTx.
        var check = chain.Check(raw);
        if (check.Transaction is null)
            return Submission.Refused(text, check.Verdict.Code, check.Verdict.Message);

        try
        {
            return await BroadcastAsync(id, text, raw, cancellation);
        }
        catch (CometRpcException error)
        {
            return Submission.Unavailable(text, $"{error.Message} The transaction may or may not have arrived; submitting it again is safe.");
        }
    }

    private async Task<Submission> BroadcastAsync(Hash256 id, string text, ReadOnlyMemory<byte> raw, CancellationToken cancellation)
    {
        var answer = await rpc.BroadcastAsync(raw, cancellation);
        switch (answer.Outcome)
        {
            case BroadcastOutcome.Accepted:
                return Submission.Received(text);
            case BroadcastOutcome.AlreadyInCache:
                return await FindTwinAsync(id, text, cancellation);
            case BroadcastOutcome.MempoolFull:
                return Submission.Refused(text, ResultCode.PoolFull, $"CometBFT's mempool is full: {answer.Log}. Try again after the next block.");
            case BroadcastOutcome.TooLarge:
                return Submission.Refused(text, ResultCode.TooLarge, $"CometBFT's limits refuse it: {answer.Log}.");
            case BroadcastOutcome.Refused:
                var code = (ResultCode)answer.Code;

                // Its twin may have become final since we looked: then its own nonce is used, by itself.
                if (code == ResultCode.NonceTooLow && ladder.Find(id) is { } final && final.Height is not null)
                    return Submission.Known(final);
                ended.Add(id, new PoolEnding(PoolEndingKind.Rejected, code, answer.Log));
                return Submission.Refused(text, code, answer.Log);
            default:
                throw new InvalidOperationException($"CometBFT's answer {answer.Outcome} is unknown.");
        }
    }

    /// <summary>CometBFT has seen these bytes: the pool or a block has them, or will in a moment.</summary>
    private async Task<Submission> FindTwinAsync(Hash256 id, string text, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(s_twinPatience);
        while (true)
        {
            var changed = Task.WhenAny(feed.PoolChanged.Next, feed.Committed.Next);
            if (ladder.Find(id) is { } status)
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
