using SharedSequencer.Api.Contracts;
using SharedSequencer.Application;
using SharedSequencer.Application.Ports;
using SharedSequencer.Node.Chain;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Node.Transactions;

/// <summary>Takes transactions from users: refuses what can be refused by itself, knows what came before, hands on the rest.</summary>
public sealed class SubmissionService(ChainSource chain, TransactionLadder ladder, ISubmissionPath path)
{
    /// <summary>Submits one transaction. The same bytes again give its status, or try anew after <c>rejected</c> and <c>evicted</c>.</summary>
    public async Task<Submission> SubmitAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation)
    {
        _ = chain.State;
        return await await BeginAsync(raw, chain.Check(raw), cancellation);
    }

    /// <summary>Submits several: signatures on all cores, then handed over one after the other, so that nonces stay in order.</summary>
    public async Task<Submission[]> SubmitAsync(IReadOnlyList<ReadOnlyMemory<byte>> items, CancellationToken cancellation)
    {
        _ = chain.State;
        var checks = new TransactionCheck[items.Count];
        Parallel.For(0, checks.Length, i => checks[i] = chain.Check(items[i]));
        var begun = new Task<Submission>[checks.Length];
        for (var i = 0; i < begun.Length; i++)
            begun[i] = await BeginAsync(items[i], checks[i], cancellation);
        return await Task.WhenAll(begun);
    }

    private ValueTask<Task<Submission>> BeginAsync(ReadOnlyMemory<byte> raw, TransactionCheck check, CancellationToken cancellation)
    {
        if (check.Transaction is not { } transaction)
            return Decided(Submission.Refused(Hash256.Of(raw.Span).ToString(), check.Verdict.Code, check.Verdict.Message));
        return Known(transaction) is { } status && !TransactionLadder.CanBeTriedAnew(status)
            ? Decided(Submission.Known(status))
            : path.BeginAsync(transaction, cancellation);
    }

    /// <summary>What is known of a transaction. The store is asked only when its nonce is used: else no block can have it.</summary>
    private TransactionStatusResponse? Known(SignedTransaction transaction)
    {
        // In this order: what leaves the pool for a block is in the state by then.
        if (chain.Pool.PlaceOf(transaction.Id) is var place && place != PoolPlace.None)
            return TransactionLadder.InPool(transaction.Id.ToString(), place);
        return transaction.Body.Nonce < chain.State.Account(transaction.Sender).Nonce
            ? ladder.Find(transaction.Id)
            : ladder.FindEnding(transaction.Id);
    }

    private static ValueTask<Task<Submission>> Decided(Submission submission) => ValueTask.FromResult(Task.FromResult(submission));
}
