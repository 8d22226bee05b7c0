using SharedSequencer.Abci.Calls;
using SharedSequencer.AbciProto.Abci;

namespace SharedSequencer.SystemTests.Validators;

/// <summary>The real application behind it, call by call; a faulty validator changes one or two of them.</summary>
internal abstract class ForwardingApplication(IAbciApplication inner) : IAbciApplication
{
    public ResponseInitChain InitChain(RequestInitChain request) => inner.InitChain(request);

    public virtual ResponsePrepareProposal PrepareProposal(RequestPrepareProposal request) => inner.PrepareProposal(request);

    public virtual ResponseProcessProposal ProcessProposal(RequestProcessProposal request) => inner.ProcessProposal(request);

    public ResponseExtendVote ExtendVote(RequestExtendVote request) => inner.ExtendVote(request);

    public ResponseVerifyVoteExtension VerifyVoteExtension(RequestVerifyVoteExtension request) => inner.VerifyVoteExtension(request);

    public virtual ResponseFinalizeBlock FinalizeBlock(RequestFinalizeBlock request) => inner.FinalizeBlock(request);

    public ResponseCommit Commit(RequestCommit request) => inner.Commit(request);

    public IAdmission<ResponseCheckTx> PrepareCheckTx(RequestCheckTx request) => inner.PrepareCheckTx(request);

    public IAdmission<ResponseInsertTx> PrepareInsertTx(RequestInsertTx request) => inner.PrepareInsertTx(request);

    public ResponseReapTxs ReapTxs(RequestReapTxs request) => inner.ReapTxs(request);

    public ResponseInfo Info(RequestInfo request) => inner.Info(request);

    public ResponseQuery Query(RequestQuery request) => inner.Query(request);

    public ResponseListSnapshots ListSnapshots(RequestListSnapshots request) => inner.ListSnapshots(request);

    public ResponseOfferSnapshot OfferSnapshot(RequestOfferSnapshot request) => inner.OfferSnapshot(request);

    public ResponseLoadSnapshotChunk LoadSnapshotChunk(RequestLoadSnapshotChunk request) => inner.LoadSnapshotChunk(request);

    public ResponseApplySnapshotChunk ApplySnapshotChunk(RequestApplySnapshotChunk request) => inner.ApplySnapshotChunk(request);
}
