using SharedSequencer.AbciProto.Abci;

namespace SharedSequencer.Abci.Calls;

/// <summary>
/// State sync. Serving snapshots may run beside every other call; restoring one is serialised with the consensus calls.
/// </summary>
public interface ISnapshotCalls
{
    ResponseListSnapshots ListSnapshots(RequestListSnapshots request);

    ResponseLoadSnapshotChunk LoadSnapshotChunk(RequestLoadSnapshotChunk request);

    ResponseOfferSnapshot OfferSnapshot(RequestOfferSnapshot request);

    ResponseApplySnapshotChunk ApplySnapshotChunk(RequestApplySnapshotChunk request);
}
