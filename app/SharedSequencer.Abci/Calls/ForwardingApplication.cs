using SharedSequencer.AbciProto.Abci;

namespace SharedSequencer.Abci.Calls;

/// <summary>Another application, call by call: whoever derives from it changes some of the calls.</summary>
public abstract class ForwardingApplication(IAbciApplication inner) : IAbciApplication
{
    public virtual ResponseInitChain InitChain(RequestInitChain request) => inner.InitChain(request);

    public virtual ResponsePrepareProposal PrepareProposal(RequestPrepareProposal request) => inner.PrepareProposal(request);

    public virtual ResponseProcessProposal ProcessProposal(RequestProcessProposal request) => inner.ProcessProposal(request);

    public virtual ResponseExtendVote ExtendVote(RequestExtendVote request) => inner.ExtendVote(request);

    public virtual ResponseVerifyVoteExtension VerifyVoteExtension(RequestVerifyVoteExtension request) => inner.VerifyVoteExtension(request);

    public virtual ResponseFinalizeBlock FinalizeBlock(RequestFinalizeBlock request) => inner.FinalizeBlock(request);

    public virtual ResponseCommit Commit(RequestCommit request) => inner.Commit(request);

    public virtual IAdmission<ResponseCheckTx> PrepareCheckTx(RequestCheckTx request) => inner.PrepareCheckTx(request);

    public virtual IAdmission<ResponseInsertTx> PrepareInsertTx(RequestInsertTx request) => inner.PrepareInsertTx(request);

    public virtual ResponseReapTxs ReapTxs(RequestReapTxs request) => inner.ReapTxs(request);

    public virtual ResponseInfo Info(RequestInfo request) => inner.Info(request);

    public virtual ResponseQuery Query(RequestQuery request) => inner.Query(request);

    public virtual ResponseListSnapshots ListSnapshots(RequestListSnapshots request) => inner.ListSnapshots(request);

    public virtual ResponseOfferSnapshot OfferSnapshot(RequestOfferSnapshot request) => inner.OfferSnapshot(request);

    public virtual ResponseLoadSnapshotChunk LoadSnapshotChunk(RequestLoadSnapshotChunk request) => inner.LoadSnapshotChunk(request);

    public virtual ResponseApplySnapshotChunk ApplySnapshotChunk(RequestApplySnapshotChunk request) => inner.ApplySnapshotChunk(request);
}
