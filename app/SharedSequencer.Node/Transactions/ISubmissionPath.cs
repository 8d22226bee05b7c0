using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Node.Transactions;

/// <summary>
/// The way from the API to the pool, and to the other validators. It differs between CometBFT's lines: v0.38 has a
/// mempool of its own, v0.40 can leave it to the application.
/// </summary>
public interface ISubmissionPath
{
    /// <summary>Hands over a transaction that decodes, has a good signature and is not known here.</summary>
    ValueTask<Submission> SubmitAsync(SignedTransaction transaction, CancellationToken cancellation);
}
