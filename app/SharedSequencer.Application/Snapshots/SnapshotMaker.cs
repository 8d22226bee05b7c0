using System.Diagnostics;
using SharedSequencer.Application.Ports;
using SharedSequencer.Primitives;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.Application.Snapshots;

/// <summary>
/// Makes snapshots beside the chain, one at a time, and serves them. It reads committed versions of the state, which
/// never change, so that no block waits for it.
/// </summary>
public sealed class SnapshotMaker(ISnapshotStore store, SnapshotOptions options, ISnapshotObserver observer) : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _making = Task.CompletedTask;

    /// <summary>Done when no snapshot is being made.</summary>
    public Task Idle => _making;

    /// <summary>What can be served, the newest first.</summary>
    public IReadOnlyList<SnapshotMetadata> List() => store.List();

    /// <summary>Called with each committed state, and with the one a node starts from. Returns at once.</summary>
    /// <remarks>When the last snapshot is not ready yet, this one is left out: the next is due soon enough.</remarks>
    public void Committed(ChainState state, EvidenceAge evidence)
    {
        if (options.Interval == 0 || state.Height == 0 || state.Height % options.Interval != 0)
            return;
        if (!_making.IsCompleted)
        {
            observer.Failed(state.Height, "The last snapshot is still being made; raise snapshots.interval if this happens often.");
            return;
        }

        // Another process may have stopped between Commit and the end of its snapshot: then it is made again.
        if (store.List().Any(s => s.Height == state.Height))
            return;
        _making = Task.Factory.StartNew(
            () => Make(state, evidence), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>A chunk as it was made, or null: also when the disk gives back something else.</summary>
    public byte[]? Chunk(long height, uint format, uint index)
    {
        if (format != SnapshotMetadata.Format || height < 1)
            return null;
        var snapshot = store.List().FirstOrDefault(s => s.Height == height);
        if (snapshot is null || index >= snapshot.Chunks.Count)
            return null;
        try
        {
            var chunk = store.Chunk(height, (int)index);
            if (chunk is null || Hash256.Of(chunk) == snapshot.Chunks[(int)index])
                return chunk;
            store.Remove(height);
            observer.Failed(height, $"Chunk {index} is damaged on disk; the snapshot is not served any more. Check the disk.");
        }
        catch (IOException error)
        {
            observer.Failed(height, $"Chunk {index} cannot be read: {error.Message} Check the disk.");
        }

        return null;
    }

    /// <summary>Ends the work on a snapshot that is not ready, and waits for that.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        _making.Wait();
        _stopping.Dispose();
    }

    private void Make(ChainState state, EvidenceAge evidence)
    {
        var start = Stopwatch.GetTimestamp();
        long bytes = 0;
        SnapshotMetadata? made = null;
        try
        {
            store.Save(
                state.Height,
                take => made = new SnapshotWriter(chunk =>
                {
                    bytes += chunk.Length;
                    take(chunk);
                }).Write(state, evidence, _stopping.Token),
                options.Keep);
            observer.Made(made!, bytes, Stopwatch.GetElapsedTime(start));
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The node stops: what is unfinished is thrown away at the next start.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            // A node without snapshots serves its rollups as before; the operator is told.
            observer.Failed(state.Height, error.Message);
        }
    }
}
