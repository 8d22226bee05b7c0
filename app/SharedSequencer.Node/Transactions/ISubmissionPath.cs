using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Node.Transactions;

/// <summary>
/// The way from the API to the pool, and to the other validators. It differs between CometBFT's lines: v0.38 has a
/// mempool of its own, v0.40 can leave it to the application.
/// </summary>
public interface ISubmissionPath
{
    /// <summary>Hands over a transaction that decodes, has a good signature and is not known here.</summary>
    /// <returns>Done when the next one can be handed over; the inner task when this one is decided.</returns>
    ValueTask<Task<Submission>> BeginAsync(SignedTransaction transaction, CancellationToken cancellation);
}
