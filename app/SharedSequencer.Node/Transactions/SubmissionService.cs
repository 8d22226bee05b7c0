using SharedSequencer.Api.Contracts;
using SharedSequencer.Application.Ports;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.Node.Chain;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol;
using SharedSequencer.StateMachine.Execution;

namespace SharedSequencer.Node.Transactions;

/// <summary>
/// Takes transactions from users. What can be refused by itself never reaches CometBFT; the rest is broadcast by it, and
/// its CheckTx comes back to our own pool, whose verdict is the answer.
/// </summary>
/// <remarks>
/// CometBFT's client holds a lone CheckTx back for up to 20 ms to send it with others. Waiting for each answer before
/// the next broadcast would make 50 a second; so a batch is broadcast in order first, and its verdicts awaited then.
/// </remarks>
public sealed class SubmissionService(
    ChainSource chain, TransactionLadder ladder, EndedTransactions ended, ChainFeed feed, CheckVerdicts verdicts, CometRpcClient rpc)
{
    /// <summary>For CheckTx to come back; far longer than it takes unless CometBFT ends.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>Submits one transaction. The same bytes again give its status, or try anew after <c>rejected</c> and <c>evicted</c>.</summary>
    public async Task<Submission> SubmitAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation) =>
        await await BeginAsync(raw, cancellation);

    /// <summary>Submits several; the next is broadcast when CometBFT has taken the one before, so that nonces stay in order.</summary>
    public async Task<Submission[]> SubmitAsync(IReadOnlyList<ReadOnlyMemory<byte>> raws, CancellationToken cancellation)
    {
        var begun = new Task<Submission>[raws.Count];
        for (var i = 0; i < begun.Length; i++)
            begun[i] = await BeginAsync(raws[i], cancellation);
        return await Task.WhenAll(begun);
    }

    /// <summary>Returns when CometBFT has taken it; the inner task when it is decided.</summary>
    private async Task<Task<Submission>> BeginAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation)
    {
        _ = chain.State;
        var id = Hash256.Of(raw.Span);
        var text = id.ToString();
        if (ladder.Find(id) is { } known && !CanBeTriedAnew(known))
            return Task.FromResult(Submission.Known(known));

        // The verified transaction is remembered by its id: CheckTx will not verify it again.
        var check = chain.Check(raw);
        if (check.Transaction is null)
            return Task.FromResult(Submission.Refused(text, check.Verdict.Code, check.Verdict.Message));

        var expectation = verdicts.Expect(id);
        try
        {
            var answer = await rpc.BroadcastWithoutCheckAsync(raw, cancellation);
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
            if (ladder.Find(id) is { } status && !CanBeTriedAnew(status))
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

        // Its twin may have become final since we looked: then it is its own nonce that is used.
        if (verdict.Code == ResultCode.NonceTooLow && ladder.Find(id) is { Height: not null } final)
            return Submission.Known(final);
        ended.Add(id, new PoolEnding(PoolEndingKind.Rejected, verdict.Code, verdict.Message));
        return Submission.Refused(text, verdict.Code, verdict.Message);
    }

    private static bool CanBeTriedAnew(TransactionStatusResponse status) =>
        status.Status is TransactionStatuses.Rejected or TransactionStatuses.Evicted;
}
