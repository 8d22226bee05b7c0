using Microsoft.Extensions.Logging;
using SharedSequencer.Application.Snapshots;

namespace SharedSequencer.Node.Snapshots;

/// <summary>Tells the operator what becomes of snapshots.</summary>
internal sealed partial class SnapshotLog(ILogger<SnapshotLog> log) : ISnapshotObserver
{
    public void Made(SnapshotMetadata snapshot, long bytes, TimeSpan time) =>
        LogMade(snapshot.Height, bytes, snapshot.Chunks.Count, (long)time.TotalMilliseconds);

    public void Failed(long height, string reason) => LogFailed(height, reason);

    public void Refused(long height, string peer, string reason) => LogRefused(height, peer.Length == 0 ? "several peers" : peer, reason);

    public void Restored(SnapshotMetadata snapshot) => LogRestored(snapshot.Height, snapshot.AppHash);

    [LoggerMessage(Level = LogLevel.Information, Message = "Snapshot of height {Height} made: {Bytes} bytes in {Chunks} chunks, {Milliseconds} ms")]
    private partial void LogMade(long height, long bytes, int chunks, long milliseconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No snapshot of height {Height}: {Reason}")]
    private partial void LogFailed(long height, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "State sync: the snapshot of height {Height} from {Peer} was refused: {Reason}")]
    private partial void LogRefused(long height, string peer, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "State sync: the state of height {Height} was restored, app hash {AppHash}")]
    private partial void LogRestored(long height, Primitives.Hash256 appHash);
}
