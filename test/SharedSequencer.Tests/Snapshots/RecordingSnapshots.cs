using System.Collections.Concurrent;
using SharedSequencer.Application.Snapshots;

namespace SharedSequencer.Tests.Snapshots;

/// <summary>Remembers what it was told.</summary>
internal sealed class RecordingSnapshots : ISnapshotObserver
{
    public ConcurrentQueue<long> MadeHeights { get; } = new();

    public ConcurrentQueue<string> Failures { get; } = new();

    public ConcurrentQueue<string> Refusals { get; } = new();

    public ConcurrentQueue<long> RestoredHeights { get; } = new();

    public void Made(SnapshotMetadata snapshot, long bytes, TimeSpan time) => MadeHeights.Enqueue(snapshot.Height);

    public void Failed(long height, string reason) => Failures.Enqueue($"{height}: {reason}");

    public void Refused(long height, string peer, string reason) => Refusals.Enqueue($"{height} {peer}: {reason}");

    public void Restored(SnapshotMetadata snapshot) => RestoredHeights.Enqueue(snapshot.Height);
}
