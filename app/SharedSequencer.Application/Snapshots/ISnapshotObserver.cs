namespace SharedSequencer.Application.Snapshots;

/// <summary>Told what becomes of snapshots. It must return at once.</summary>
public interface ISnapshotObserver
{
    /// <summary>A snapshot is ready to be served.</summary>
    /// <param name="bytes">Of all chunks.</param>
    void Made(SnapshotMetadata snapshot, long bytes, TimeSpan time);

    /// <summary>A snapshot could not be made, or was found damaged: the chain goes on without it.</summary>
    void Failed(long height, string reason);

    /// <summary>What a peer offered or sent was refused.</summary>
    /// <param name="peer">Its id in the peer-to-peer network; empty for an offer, which has no single sender.</param>
    void Refused(long height, string peer, string reason);

    /// <summary>The chain starts from a snapshot.</summary>
    void Restored(SnapshotMetadata snapshot);
}
