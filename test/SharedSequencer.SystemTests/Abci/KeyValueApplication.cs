using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using SharedSequencer.Abci.Calls;
using SharedSequencer.AbciProto.Abci;
using ProposalStatus = SharedSequencer.AbciProto.Abci.ResponseProcessProposal.Types.ProposalStatus;
using VerifyStatus = SharedSequencer.AbciProto.Abci.ResponseVerifyVoteExtension.Types.VerifyStatus;

namespace SharedSequencer.SystemTests.Abci;

/// <summary>
/// The smallest application that a real chain can be made with: transactions <c>key=value</c>, a query by key, an app
/// hash over all of them, and a pool for the app-side mempool. Transaction <c>throw</c> is a bug in FinalizeBlock.
/// </summary>
internal sealed class KeyValueApplication : IAbciApplication
{
    private const uint InvalidTransaction = 1;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, string> _committed = new(StringComparer.Ordinal);
    private readonly List<KeyValuePair<string, string>> _decided = [];
    private readonly List<ByteString> _pool = [];
    private readonly HashSet<ByteString> _reaped = [];
    private long _decidedHeight;

    /// <summary>The last committed height.</summary>
    public long Height { get; private set; }

    /// <summary>How often ReapTxs was asked.</summary>
    public int Reaps { get; private set; }

    public int InitChains { get; private set; }

    public ResponseInfo Info(RequestInfo request)
    {
        lock (_gate)
        {
            return new ResponseInfo
            {
                Data = $"{{\"size\":{_committed.Count}}}",
                LastBlockHeight = Height,
                LastBlockAppHash = Height == 0 ? ByteString.Empty : AppHash(_committed),
            };
        }
    }

    public ResponseQuery Query(RequestQuery request)
    {
        lock (_gate)
        {
            var found = _committed.TryGetValue(request.Data.ToStringUtf8(), out var value);
            return new ResponseQuery
            {
                Key = request.Data,
                Value = ByteString.CopyFromUtf8(value ?? ""),
                Log = found ? "exists" : "does not exist",
                Height = Height,
            };
        }
    }

    public ResponseInitChain InitChain(RequestInitChain request)
    {
        InitChains++;
        return new ResponseInitChain();
    }

    public ResponsePrepareProposal PrepareProposal(RequestPrepareProposal request)
    {
        lock (_gate)
            return new ResponsePrepareProposal { Txs = { request.Txs.Count > 0 ? request.Txs : [.. _pool] } };
    }

    public ResponseProcessProposal ProcessProposal(RequestProcessProposal request) =>
        new() { Status = request.Txs.All(IsValid) ? ProposalStatus.Accept : ProposalStatus.Reject };

    public ResponseExtendVote ExtendVote(RequestExtendVote request) => new();

    public ResponseVerifyVoteExtension VerifyVoteExtension(RequestVerifyVoteExtension request) =>
        new() { Status = request.VoteExtension.IsEmpty ? VerifyStatus.Accept : VerifyStatus.Reject };

    public ResponseFinalizeBlock FinalizeBlock(RequestFinalizeBlock request)
    {
        _decided.Clear();
        _decidedHeight = request.Height;
        var response = new ResponseFinalizeBlock();
        foreach (var tx in request.Txs.Select(tx => tx.ToStringUtf8()))
        {
            if (tx == "throw")
                throw new InvalidOperationException("the bug that the test put here");
            var parts = tx.Split('=', 2);
            _decided.Add(new(parts[0], parts[1]));
            response.TxResults.Add(new ExecTxResult());
        }

        var after = new SortedDictionary<string, string>(_committed, StringComparer.Ordinal);
        Apply(after);
        response.AppHash = AppHash(after);
        return response;
    }

    public ResponseCommit Commit(RequestCommit request)
    {
        lock (_gate)
        {
            Apply(_committed);
            _pool.RemoveAll(tx => _decided.Any(pair => tx.ToStringUtf8() == $"{pair.Key}={pair.Value}"));
            Height = _decidedHeight;
            return new ResponseCommit();
        }
    }

    public IAdmission<ResponseCheckTx> PrepareCheckTx(RequestCheckTx request) =>
        IsValid(request.Tx)
            ? new Admission<ResponseCheckTx>(this, request.Tx, new ResponseCheckTx())
            : new DecidedAdmission<ResponseCheckTx>(
                new ResponseCheckTx { Code = InvalidTransaction, Log = "must be key=value" });

    public IAdmission<ResponseInsertTx> PrepareInsertTx(RequestInsertTx request) =>
        IsValid(request.Tx)
            ? new Admission<ResponseInsertTx>(this, request.Tx, new ResponseInsertTx())
            : new DecidedAdmission<ResponseInsertTx>(new ResponseInsertTx { Code = InvalidTransaction });

    public ResponseReapTxs ReapTxs(RequestReapTxs request)
    {
        lock (_gate)
        {
            Reaps++;
            return new ResponseReapTxs { Txs = { _pool.Where(_reaped.Add) } };
        }
    }

    public ResponseListSnapshots ListSnapshots(RequestListSnapshots request) => new();

    public ResponseLoadSnapshotChunk LoadSnapshotChunk(RequestLoadSnapshotChunk request) => new();

    public ResponseOfferSnapshot OfferSnapshot(RequestOfferSnapshot request) =>
        new() { Result = ResponseOfferSnapshot.Types.Result.Reject };

    public ResponseApplySnapshotChunk ApplySnapshotChunk(RequestApplySnapshotChunk request) =>
        new() { Result = ResponseApplySnapshotChunk.Types.Result.Abort };

    private static bool IsValid(ByteString tx) => tx.ToStringUtf8() is var text && (text == "throw" || text.IndexOf('=') > 0);

    private static ByteString AppHash(SortedDictionary<string, string> state) =>
        ByteString.CopyFrom(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', state))));

    private void Apply(SortedDictionary<string, string> state)
    {
        foreach (var (key, value) in _decided)
            state[key] = value;
    }

    private sealed class Admission<T>(KeyValueApplication application, ByteString tx, T response) : IAdmission<T>
    {
        public T Admit()
        {
            lock (application._gate)
            {
                if (!application._pool.Contains(tx))
                    application._pool.Add(tx);
            }

            return response;
        }
    }
}
