using SharedSequencer.Application.Ports;
using SharedSequencer.Primitives;

namespace SharedSequencer.Bench.InProcess;

/// <summary>Nobody follows the chain.</summary>
internal sealed class SilentObserver : IChainObserver
{
    public void Committed(CommittedBlock block)
    {
    }

    public void Received(Hash256 id)
    {
    }

    public void Ended(Hash256 id, PoolEnding ending)
    {
    }

    public void ProposalRejected(long height, string reason) => throw new InvalidDataException($"The proposal of height {height} was rejected: {reason}");
}
