using SharedSequencer.Application.Ports;
using SharedSequencer.Node.Chain;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Node.Transactions;

/// <summary>For the application's own mempool (v0.40): straight into the pool, from which CometBFT reaps what it gossips.</summary>
public sealed class PoolPath(ChainSource chain, EndedTransactions ended) : ISubmissionPath
{
    public ValueTask<Task<Submission>> BeginAsync(SignedTransaction transaction, CancellationToken cancellation)
    {
        var verdict = chain.Submit(transaction);
        var text = transaction.Id.ToString();
        switch (verdict.Code)
        {
            case ResultCode.Ok:
                return Decided(Submission.Received(text));
            case ResultCode.NonceGap:
                return Decided(Submission.Waiting(text));
            default:
                ended.Add(transaction.Id, new PoolEnding(PoolEndingKind.Rejected, verdict.Code, verdict.Message));
                return Decided(Submission.Refused(text, verdict.Code, verdict.Message));
        }
    }

    private static ValueTask<Task<Submission>> Decided(Submission submission) => ValueTask.FromResult(Task.FromResult(submission));
}
