using System.Diagnostics;
using SharedSequencer.Abci.Calls;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.Node.Transactions;
using SharedSequencer.Primitives;

namespace SharedSequencer.Node.Metrics;

/// <summary>
/// The application as CometBFT sees it: its calls measured, and what it says in CheckTx told to the submissions that
/// wait for it. Checks are counted only: they come by the ten thousand a second.
/// </summary>
internal sealed class MeteredApplication(IAbciApplication application, NodeMetrics metrics, CheckVerdicts verdicts) : IAbciApplication
{
    public ResponseInitChain InitChain(RequestInitChain request) => Measure("init_chain", request, application.InitChain);

    public ResponsePrepareProposal PrepareProposal(RequestPrepareProposal request) =>
        Measure("prepare_proposal", request, application.PrepareProposal);

    public ResponseProcessProposal ProcessProposal(RequestProcessProposal request) =>
        Measure("process_proposal", request, application.ProcessProposal);

    public ResponseExtendVote ExtendVote(RequestExtendVote request) => Measure("extend_vote", request, application.ExtendVote);

    public ResponseVerifyVoteExtension VerifyVoteExtension(RequestVerifyVoteExtension request) =>
        Measure("verify_vote_extension", request, application.VerifyVoteExtension);

    public ResponseFinalizeBlock FinalizeBlock(RequestFinalizeBlock request) => Measure("finalize_block", request, application.FinalizeBlock);

    public ResponseCommit Commit(RequestCommit request) => Measure("commit", request, application.Commit);

    public IAdmission<ResponseCheckTx> PrepareCheckTx(RequestCheckTx request)
    {
        metrics.Checked();
        var admission = application.PrepareCheckTx(request);
        return request.Type == CheckTxType.New && verdicts.IsAwaited
            ? new ReportedAdmission(admission, Hash256.Of(request.Tx.Span), verdicts)
            : admission;
    }

    public IAdmission<ResponseInsertTx> PrepareInsertTx(RequestInsertTx request)
    {
        metrics.Checked();
        return application.PrepareInsertTx(request);
    }

    public ResponseReapTxs ReapTxs(RequestReapTxs request) => Measure("reap_txs", request, application.ReapTxs);

    public ResponseInfo Info(RequestInfo request) => Measure("info", request, application.Info);

    public ResponseQuery Query(RequestQuery request) => Measure("query", request, application.Query);

    public ResponseListSnapshots ListSnapshots(RequestListSnapshots request) => Measure("list_snapshots", request, application.ListSnapshots);

    public ResponseLoadSnapshotChunk LoadSnapshotChunk(RequestLoadSnapshotChunk request) =>
        Measure("load_snapshot_chunk", request, application.LoadSnapshotChunk);

    public ResponseOfferSnapshot OfferSnapshot(RequestOfferSnapshot request) => Measure("offer_snapshot", request, application.OfferSnapshot);

    public ResponseApplySnapshotChunk ApplySnapshotChunk(RequestApplySnapshotChunk request) =>
        Measure("apply_snapshot_chunk", request, application.ApplySnapshotChunk);

    private TResponse Measure<TRequest, TResponse>(string call, TRequest request, Func<TRequest, TResponse> make)
    {
        var start = Stopwatch.GetTimestamp();
        var response = make(request);
        metrics.AbciCall(call, Stopwatch.GetElapsedTime(start));
        return response;
    }

    private sealed class ReportedAdmission(IAdmission<ResponseCheckTx> admission, Hash256 id, CheckVerdicts verdicts) : IAdmission<ResponseCheckTx>
    {
        public ResponseCheckTx Admit()
        {
            var response = admission.Admit();
            verdicts.Report(id, response.Code, response.Log);
            return response;
        }
    }
}
