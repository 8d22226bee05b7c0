using SharedSequencer.Application.Ports;
using SharedSequencer.Node.Chain;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Node.Transactions;

/// <summary>For the application's own mempool (v0.40): straight into the pool, from which CometBFT reaps what it gossips.</summary>
public sealed class PoolPath(ChainSource chain, EndedTransactions ended) : ISubmissionPath
{
    public ValueTask<Submission> SubmitAsync(SignedTransaction transaction, CancellationToken cancellation)
    {
        var verdict = chain.Submit(transaction);
        var text = transaction.Id.ToString();
        switch (verdict.Code)
        {
            case ResultCode.Ok:
                return ValueTask.FromResult(Submission.Received(text));
            case ResultCode.NonceGap:
                return ValueTask.FromResult(Submission.Waiting(text));
            default:
                ended.Add(transaction.Id, new PoolEnding(PoolEndingKind.Rejected, verdict.Code, verdict.Message));
                return ValueTask.FromResult(Submission.Refused(text, verdict.Code, verdict.Message));
        }
    }
}
