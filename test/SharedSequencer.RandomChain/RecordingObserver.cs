using System.Collections.Concurrent;
using SharedSequencer.Application.Ports;
using SharedSequencer.Primitives;

namespace SharedSequencer.RandomChain;

/// <summary>Remembers what it was told.</summary>
public sealed class RecordingObserver : IChainObserver
{
    public ConcurrentDictionary<Hash256, PoolEnding> Endings { get; } = new();

    public ConcurrentQueue<Hash256> Promotions { get; } = new();

    public ConcurrentQueue<string> Rejections { get; } = new();

    public void Committed(CommittedBlock block)
    {
    }

    public void Received(Hash256 id) => Endings.TryRemove(id, out _);

    public void Promoted(Hash256 id) => Promotions.Enqueue(id);

    public void Ended(Hash256 id, PoolEnding ending) => Endings[id] = ending;

    public void ProposalRejected(long height, string reason) => Rejections.Enqueue($"{height}: {reason}");
}
