using SharedSequencer.Gateway.Pool;
using SharedSequencer.Primitives;

namespace SharedSequencer.Gateway.Submission;

/// <summary>A sequencer transaction that the node has received, and the Ethereum transactions in it.</summary>
/// <param name="Raw">Its bytes: submitted again when the node has lost it.</param>
/// <param name="ReceivedAt">A timestamp of the process's clock.</param>
internal sealed record Submission(Hash256 Id, ReadOnlyMemory<byte> Raw, IReadOnlyList<PendingTransaction> Transactions, long ReceivedAt)
{
    /// <summary>All of it has been seen in slices, or is no longer waited for.</summary>
    public bool IsSettled => Transactions.All(t => t.Stage is PendingStage.Final or PendingStage.Released);
}
