namespace SharedSequencer.Application.Snapshots;

/// <summary>Where finished snapshots are kept. Safe on every thread.</summary>
public interface ISnapshotStore
{
    /// <summary>What is kept, the newest first.</summary>
    IReadOnlyList<SnapshotMetadata> List();

    /// <summary>A chunk, or null when it is not kept.</summary>
    byte[]? Chunk(long height, int index);

    /// <summary>
    /// Keeps a snapshot once <paramref name="write"/> has returned, whole or not at all, and then the newest
    /// <paramref name="keep"/> alone.
    /// </summary>
    /// <param name="write">Given what takes each chunk, in order.</param>
    void Save(long height, Func<Action<ReadOnlyMemory<byte>>, SnapshotMetadata> write, int keep);

    /// <summary>Removes a snapshot, when it is there.</summary>
    void Remove(long height);
}
