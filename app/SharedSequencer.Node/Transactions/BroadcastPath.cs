using SharedSequencer.Application.Ports;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.Node.Chain;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine.Execution;

namespace SharedSequencer.Node.Transactions;

/// <summary>
/// For CometBFT's own mempool (v0.38): broadcast by it, so that its CheckTx comes back to our pool, whose verdict is the
/// answer, and its mempool tells the other validators and wakes consensus. What must wait for a nonce stays in our pool
/// alone; the <see cref="PromotionService"/> hands it over again when it can run.
/// </summary>
/// <remarks>
/// CometBFT's client holds a lone CheckTx back for up to 20 ms to send it with others. Waiting for each answer before
/// the next broadcast would make 50 a second; so a batch is broadcast in order first, and its verdicts awaited then.
/// </remarks>
public sealed class BroadcastPath(
    ChainSource chain, TransactionLadder ladder, EndedTransactions ended, ChainFeed feed, CheckVerdicts verdicts, CometRpcClient rpc) : ISubmissionPath
{
    /// <summary>For CheckTx to come back; far longer than it takes unless CometBFT ends.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    public async ValueTask<Task<Submission>> BeginAsync(SignedTransaction transaction, CancellationToken cancellation)
    {
        var id = transaction.Id;
        var text = id.ToString();
        var expectation = verdicts.Expect(id);
        try
        {
            var answer = await rpc.BroadcastWithoutCheckAsync(transaction.Raw, cancellation);
            switch (answer.Outcome)
            {
                case BroadcastOutcome.Accepted:
                case BroadcastOutcome.AlreadyInCache:
                    var finish = FinishAsync(id, text, expectation, cancellation);
                    expectation = null;
                    return finish;
                case BroadcastOutcome.MempoolFull:
                    return Task.FromResult(Submission.Refused(
                        text, ResultCode.PoolFull, $"CometBFT's mempool is full: {answer.Log}. Try again after the next block."));
                case BroadcastOutcome.TooLarge:
                    return Task.FromResult(Submission.Refused(text, ResultCode.TooLarge, $"CometBFT's limits refuse it: {answer.Log}."));
                default:
                    throw new InvalidOperationException($"CometBFT answered {answer.Outcome} without a check.");
            }
        }
        catch (CometRpcException error)
        {
            return Task.FromResult(Submission.Unavailable(
                text, $"{error.Message} The transaction may or may not have arrived; submitting it again is safe."));
        }
        finally
        {
            expectation?.Dispose();
        }
    }

    /// <summary>Waits for the verdict; bytes that CometBFT had seen before may be in the pool or in a block without a new one.</summary>
    private async Task<Submission> FinishAsync(
        Hash256 id, string text, CheckVerdicts.Expectation expectation, CancellationToken cancellation)
    {
        using var held = expectation;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(s_patience);
        while (true)
        {
            var changed = Task.WhenAny(expectation.Verdict, feed.PoolChanged.Next, feed.Committed.Next);
            if (expectation.Verdict.IsCompletedSuccessfully)
                return Of(id, text, expectation.Verdict.Result);
            if (ladder.Find(id) is { } status && !TransactionLadder.CanBeTriedAnew(status))
                return Submission.Known(status);
            try
            {
                await changed.WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return Submission.Unavailable(
                    text, $"CometBFT took the transaction but has not had it checked within {s_patience.TotalSeconds} s. Submitting it again is safe.");
            }
        }
    }

    private Submission Of(Hash256 id, string text, Verdict verdict)
    {
        if (verdict.IsOk)
            return Submission.Received(text);

        // It is in our pool; the nonce that it waited for may be there by now, or even its block.
        if (verdict.Code == ResultCode.NonceGap)
        {
            return chain.Pool.PlaceOf(id) == PoolPlace.None && ladder.Find(id) is { } status
                ? Submission.Known(status)
                : chain.Pool.PlaceOf(id) == PoolPlace.Runnable ? Submission.Received(text) : Submission.Waiting(text);
        }

        // Its twin may have become final since we looked: then it is its own nonce that is used.
        if (verdict.Code == ResultCode.NonceTooLow && ladder.Find(id) is { Height: not null } final)
            return Submission.Known(final);
        ended.Add(id, new PoolEnding(PoolEndingKind.Rejected, verdict.Code, verdict.Message));
        return Submission.Refused(text, verdict.Code, verdict.Message);
    }
}
