using SharedSequencer.Abci.Calls;
using SharedSequencer.AbciProto.Abci;

namespace SharedSequencer.Tests.Engine;

/// <summary>An application whose answers to some calls a test replaces.</summary>
internal sealed class ScriptedBlocks(IAbciApplication application) : IAbciApplication
{
    public Func<RequestInitChain, Func<RequestInitChain, ResponseInitChain>, ResponseInitChain> OnInitChain { get; init; } = (request, next) => next(request);

    public Func<RequestPrepareProposal, Func<RequestPrepareProposal, ResponsePrepareProposal>, ResponsePrepareProposal> OnPrepare { get; init; } =
        (request, next) => next(request);

    public Func<RequestProcessProposal, Func<RequestProcessProposal, ResponseProcessProposal>, ResponseProcessProposal> OnProcess { get; init; } =
        (request, next) => next(request);

    public Func<RequestExtendVote, ResponseExtendVote>? OnExtend { get; init; }

    public Func<RequestFinalizeBlock, Func<RequestFinalizeBlock, ResponseFinalizeBlock>, ResponseFinalizeBlock> OnFinalize { get; init; } =
        (request, next) => next(request);

    public Func<RequestCommit, Func<RequestCommit, ResponseCommit>, ResponseCommit> OnCommit { get; init; } = (request, next) => next(request);

    public ResponseInitChain InitChain(RequestInitChain request) => OnInitChain(request, application.InitChain);

    public ResponsePrepareProposal PrepareProposal(RequestPrepareProposal request) => OnPrepare(request, application.PrepareProposal);

    public ResponseProcessProposal ProcessProposal(RequestProcessProposal request) => OnProcess(request, application.ProcessProposal);

    public ResponseExtendVote ExtendVote(RequestExtendVote request) => OnExtend?.Invoke(request) ?? application.ExtendVote(request);

    public ResponseVerifyVoteExtension VerifyVoteExtension(RequestVerifyVoteExtension request) => application.VerifyVoteExtension(request);

    public ResponseFinalizeBlock FinalizeBlock(RequestFinalizeBlock request) => OnFinalize(request, application.FinalizeBlock);

    public ResponseCommit Commit(RequestCommit request) => OnCommit(request, application.Commit);

    public IAdmission<ResponseCheckTx> PrepareCheckTx(RequestCheckTx request) => application.PrepareCheckTx(request);

    public IAdmission<ResponseInsertTx> PrepareInsertTx(RequestInsertTx request) => application.PrepareInsertTx(request);

    public ResponseReapTxs ReapTxs(RequestReapTxs request) => application.ReapTxs(request);

    public ResponseInfo Info(RequestInfo request) => application.Info(request);

    public ResponseQuery Query(RequestQuery request) => application.Query(request);

    public ResponseListSnapshots ListSnapshots(RequestListSnapshots request) => application.ListSnapshots(request);

    public ResponseLoadSnapshotChunk LoadSnapshotChunk(RequestLoadSnapshotChunk request) => application.LoadSnapshotChunk(request);

    public ResponseOfferSnapshot OfferSnapshot(RequestOfferSnapshot request) => application.OfferSnapshot(request);

    public ResponseApplySnapshotChunk ApplySnapshotChunk(RequestApplySnapshotChunk request) => application.ApplySnapshotChunk(request);
}
