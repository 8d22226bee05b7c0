using System.Diagnostics;
using SharedSequencer.Abci.Calls;
using SharedSequencer.AbciProto.Abci;

namespace SharedSequencer.Application.Recovery;

/// <summary>The application, ending the process at a <see cref="FailPoint"/>.</summary>
/// <param name="end">Does not return.</param>
public sealed class FailingApplication(IAbciApplication application, FailPoint point, Action end) : IAbciApplication
{
    private long _height;

    public FailingApplication(IAbciApplication application, FailPoint point)
        : this(application, point, EndAsKilled)
    {
    }

    public ResponseInitChain InitChain(RequestInitChain request) => application.InitChain(request);

    public ResponsePrepareProposal PrepareProposal(RequestPrepareProposal request) => application.PrepareProposal(request);

    public ResponseProcessProposal ProcessProposal(RequestProcessProposal request) => application.ProcessProposal(request);

    public ResponseExtendVote ExtendVote(RequestExtendVote request) => application.ExtendVote(request);

    public ResponseVerifyVoteExtension VerifyVoteExtension(RequestVerifyVoteExtension request) => application.VerifyVoteExtension(request);

    public ResponseFinalizeBlock FinalizeBlock(RequestFinalizeBlock request)
    {
        _height = request.Height;
        At(FailPoint.BeforeFinalize, _height);
        var response = application.FinalizeBlock(request);
        At(FailPoint.AfterFinalize, _height);
        return response;
    }

    public ResponseCommit Commit(RequestCommit request)
    {
        At(FailPoint.BeforeCommit, _height);
        var response = application.Commit(request);
        At(FailPoint.AfterCommit, _height);
        return response;
    }

    public IAdmission<ResponseCheckTx> PrepareCheckTx(RequestCheckTx request) => application.PrepareCheckTx(request);

    public IAdmission<ResponseInsertTx> PrepareInsertTx(RequestInsertTx request) => application.PrepareInsertTx(request);

    public ResponseReapTxs ReapTxs(RequestReapTxs request) => application.ReapTxs(request);

    public ResponseInfo Info(RequestInfo request) => application.Info(request);

    public ResponseQuery Query(RequestQuery request) => application.Query(request);

    public ResponseListSnapshots ListSnapshots(RequestListSnapshots request) => application.ListSnapshots(request);

    public ResponseLoadSnapshotChunk LoadSnapshotChunk(RequestLoadSnapshotChunk request) => application.LoadSnapshotChunk(request);

    public ResponseOfferSnapshot OfferSnapshot(RequestOfferSnapshot request) => application.OfferSnapshot(request);

    public ResponseApplySnapshotChunk ApplySnapshotChunk(RequestApplySnapshotChunk request)
    {
        var response = application.ApplySnapshotChunk(request);
        At(FailPoint.AfterChunk, request.Index);
        return response;
    }

    private void At(string name, long number)
    {
        if (point.Name == name && point.Number == number)
            end();
    }

    /// <summary>SIGKILL: nothing is flushed, closed or told.</summary>
    private static void EndAsKilled()
    {
        using var self = Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite);
    }
}
