using System.Collections.Concurrent;
using Google.Protobuf;
using SharedSequencer.Abci.Calls;
using SharedSequencer.AbciProto.Abci;

namespace SharedSequencer.Tests.Abci;

/// <summary>
/// An application that answers every call in the plainest valid way, and notes it; a test puts its own behaviour in.
/// </summary>
internal sealed class ScriptedApplication : IAbciApplication
{
    /// <summary>Run at the start of each call, with its name.</summary>
    public Action<string> OnCall { get; init; } = _ => { };

    /// <summary>Run in the pure phase of CheckTx and InsertTx.</summary>
    public Action<ByteString> OnPrepare { get; init; } = _ => { };

    public Func<RequestProcessProposal, ResponseProcessProposal> OnProcessProposal { get; init; } =
        _ => new() { Status = ResponseProcessProposal.Types.ProposalStatus.Accept };

    public Func<RequestVerifyVoteExtension, ResponseVerifyVoteExtension> OnVerifyVoteExtension { get; init; } =
        _ => new() { Status = ResponseVerifyVoteExtension.Types.VerifyStatus.Accept };

    public Func<RequestFinalizeBlock, ResponseFinalizeBlock> OnFinalizeBlock { get; init; } =
        request => new() { TxResults = { request.Txs.Select(_ => new ExecTxResult()) } };

    public Func<RequestQuery, ResponseQuery> OnQuery { get; init; } = request => new() { Value = request.Data };

    /// <summary>The calls in the order in which they were made.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Transactions in the order of their second phase.</summary>
    public ConcurrentQueue<ByteString> Admitted { get; } = new();

    public ResponseInitChain InitChain(RequestInitChain request) => Call("InitChain", new ResponseInitChain());

    public ResponsePrepareProposal PrepareProposal(RequestPrepareProposal request) =>
        Call("PrepareProposal", new ResponsePrepareProposal { Txs = { request.Txs } });

    public ResponseProcessProposal ProcessProposal(RequestProcessProposal request) =>
        Call("ProcessProposal", () => OnProcessProposal(request));

    public ResponseExtendVote ExtendVote(RequestExtendVote request) => Call("ExtendVote", new ResponseExtendVote());

    public ResponseVerifyVoteExtension VerifyVoteExtension(RequestVerifyVoteExtension request) =>
        Call("VerifyVoteExtension", () => OnVerifyVoteExtension(request));

    public ResponseFinalizeBlock FinalizeBlock(RequestFinalizeBlock request) =>
        Call("FinalizeBlock", () => OnFinalizeBlock(request));

    public ResponseCommit Commit(RequestCommit request) => Call("Commit", new ResponseCommit());

    public IAdmission<ResponseCheckTx> PrepareCheckTx(RequestCheckTx request)
    {
        OnPrepare(request.Tx);
        return new Admission<ResponseCheckTx>(this, "CheckTx", request.Tx, new ResponseCheckTx { Data = request.Tx });
    }

    public IAdmission<ResponseInsertTx> PrepareInsertTx(RequestInsertTx request)
    {
        OnPrepare(request.Tx);
        return new Admission<ResponseInsertTx>(this, "InsertTx", request.Tx, new ResponseInsertTx());
    }

    public ResponseReapTxs ReapTxs(RequestReapTxs request) => Call("ReapTxs", new ResponseReapTxs());

    public ResponseInfo Info(RequestInfo request) => Call("Info", new ResponseInfo());

    public ResponseQuery Query(RequestQuery request) => Call("Query", () => OnQuery(request));

    public ResponseListSnapshots ListSnapshots(RequestListSnapshots request) =>
        Call("ListSnapshots", new ResponseListSnapshots());

    public ResponseLoadSnapshotChunk LoadSnapshotChunk(RequestLoadSnapshotChunk request) =>
        Call("LoadSnapshotChunk", new ResponseLoadSnapshotChunk());

    public ResponseOfferSnapshot OfferSnapshot(RequestOfferSnapshot request) =>
        Call("OfferSnapshot", new ResponseOfferSnapshot());

    public ResponseApplySnapshotChunk ApplySnapshotChunk(RequestApplySnapshotChunk request) =>
        Call("ApplySnapshotChunk", new ResponseApplySnapshotChunk());

    private T Call<T>(string name, T response) => Call(name, () => response);

    private T Call<T>(string name, Func<T> answer)
    {
        Calls.Enqueue(name);
        OnCall(name);
        return answer();
    }

    private sealed class Admission<T>(ScriptedApplication application, string name, ByteString tx, T response) : IAdmission<T>
    {
        public T Admit()
        {
            application.Admitted.Enqueue(tx);
            return application.Call(name, response);
        }
    }
}
