using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using SharedSequencer.Abci.Calls;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.Application.Genesis;
using SharedSequencer.Application.Mempool;
using SharedSequencer.Application.Ports;
using SharedSequencer.Application.Proposals;
using SharedSequencer.Application.Snapshots;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine.Execution;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.Application;

/// <summary>
/// The ABCI application: turns CometBFT's calls into executions of the state machine. Every call but InitChain and
/// Commit leaves the committed state as it is; an exception here is a bug or broken storage and stops the process.
/// </summary>
public sealed class SequencerApplication : IAbciApplication
{
    /// <summary>Protocol version of the application: part of every header.</summary>
    public const ulong AppVersion = 1;

    /// <summary>Bytes that one ReapTxs hands out at most: the rest is asked for a moment later.</summary>
    private const long ReapBytes = 8 * 1024 * 1024;

    private readonly IChainStore _store;
    private readonly IChainObserver _observer;
    private readonly VerifiedTransactions _verified = new();
    private readonly RecentStates _states = new();
    private readonly ProposalJudge _judge;
    private readonly ExecutedProposals _executed;
    private readonly PreparedProposal _prepared = new();
    private readonly TransactionPool _pool;
    private readonly ProposalBuilder _builder;
    private readonly SnapshotMaker? _snapshots;
    private readonly SnapshotRestore _restore;
    private CommittedTip _tip;
    private EvidenceAge? _evidenceOfGenesis;
    private StateChange[] _genesis = [];
    private CommittedBlock? _decided;

    /// <summary>Starts from what the store holds.</summary>
    /// <param name="snapshots">Makes and serves snapshots; null for a node that serves none. Any node can start from one.</param>
    /// <param name="snapshotObserver">Told what becomes of the snapshot this node starts from, if it does.</param>
    /// <exception cref="InvalidDataException">The stored state is broken.</exception>
    public SequencerApplication(
        IChainStore store,
        IChainObserver observer,
        ApplicationOptions options,
        SnapshotMaker? snapshots = null,
        ISnapshotObserver? snapshotObserver = null)
    {
        _snapshots = snapshots;
        _restore = new SnapshotRestore(snapshotObserver);
        _store = store;
        _observer = observer;
        _judge = new ProposalJudge(_verified);
        _executed = new ExecutedProposals(options.Proposals);
        _pool = new TransactionPool(options, observer);
        _builder = new ProposalBuilder(_pool, options);
        if (store.Load(out _tip) is { } state)
        {
            _states.Start(state);
            _pool.Start(state);
            _snapshots?.Committed(state, store.EvidenceAge);
        }
    }

    public IPoolView Pool => _pool;

    /// <summary>The last committed state (genesis before the first block), or null before InitChain.</summary>
    public ChainState? State => _states.Newest;

    /// <summary>The state after the block at a height; null when it is not among the last few versions that are kept.</summary>
    public ChainState? StateAt(long height) => _states.At(height);

    /// <summary>Decodes and verifies a transaction without any state: for the API, before CometBFT is bothered.</summary>
    public TransactionCheck Check(ReadOnlyMemory<byte> raw) => _verified.Check(raw);

    /// <summary>
    /// Puts a transaction straight into the pool, where CometBFT has none of its own (v0.40); it must come from
    /// <see cref="Check"/>. <see cref="ResultCode.NonceGap"/>: it is in the pool and waits for an earlier nonce.
    /// </summary>
    public Verdict Submit(SignedTransaction transaction) => _pool.Admit(transaction);

    /// <summary>Takes what CometBFT's mempool (v0.38) once refused with a nonce gap and would take now.</summary>
    public IReadOnlyList<SignedTransaction> TakePromoted(int maximum) => _pool.TakePromoted(maximum);

    /// <summary>It could not be handed to CometBFT: <see cref="TakePromoted"/> gives it again.</summary>
    public void PromoteAgain(Hash256 id) => _pool.PromoteAgain(id);

    public ResponseInfo Info(RequestInfo request) => new()
    {
        Data = "shared-sequencer",
        Version = typeof(SequencerApplication).Assembly.GetName().Version!.ToString(3),
        AppVersion = AppVersion,
        LastBlockHeight = _tip.Height,
        LastBlockAppHash = _tip.Height == 0 ? ByteString.Empty : ByteString.CopyFrom(_tip.AppHash.Span),
    };

    public ResponseInitChain InitChain(RequestInitChain request)
    {
        if (_tip.Height != 0)
            throw new InvalidOperationException($"InitChain came although height {_tip.Height} is committed: CometBFT's data folder is not the one this node ran with.");

        var genesis = GenesisJson.Parse(request.AppStateBytes.Span, request.ChainId, TimeOf(request.Time));
        var state = ChainState.AtGenesis(genesis);
        _genesis = genesis.Entries();
        _evidenceOfGenesis = EvidenceAgeOf(request.ConsensusParams?.Evidence);
        _states.Start(state);
        _pool.Start(state);
        return new ResponseInitChain { AppHash = ByteString.CopyFrom(state.AppHash.Span) };
    }

    public IAdmission<ResponseCheckTx> PrepareCheckTx(RequestCheckTx request)
    {
        // Recheck must cost nothing: the pool knows by itself what can still run.
        if (request.Type == CheckTxType.Recheck)
            return new Recheck(_pool, Hash256.Of(request.Tx.Span));
        var check = _verified.Check(request.Tx.Memory);
        return check.Transaction is { } transaction
            ? new Admission(_pool, transaction)
            : new DecidedAdmission<ResponseCheckTx>(Answer(check.Verdict));
    }

    public IAdmission<ResponseInsertTx> PrepareInsertTx(RequestInsertTx request)
    {
        var check = _verified.Check(request.Tx.Memory);
        return check.Transaction is { } transaction
            ? new Insertion(_pool, transaction)
            : new DecidedAdmission<ResponseInsertTx>(new ResponseInsertTx { Code = InsertCodes.Of(check.Verdict.Code) });
    }

    public ResponseReapTxs ReapTxs(RequestReapTxs request)
    {
        var response = new ResponseReapTxs();
        var maximum = request.MaxBytes == 0 ? ReapBytes : (long)Math.Min(request.MaxBytes, ReapBytes);
        foreach (var transaction in _pool.Reap(maximum))
            response.Txs.Add(UnsafeByteOperations.UnsafeWrap(transaction.Raw));
        return response;
    }

    public ResponsePrepareProposal PrepareProposal(RequestPrepareProposal request)
    {
        var block = _builder.Build(Committed, ContextOf(request.Height, request.Time), request.MaxTxBytes);
        _prepared.Set(block);
        var response = new ResponsePrepareProposal();
        if (block.Preamble is null)
            return response;
        response.Txs.Add(UnsafeByteOperations.UnsafeWrap(block.Preamble));
        foreach (var transaction in block.Transactions)
            response.Txs.Add(UnsafeByteOperations.UnsafeWrap(transaction.Raw));
        return response;
    }

    public ResponseProcessProposal ProcessProposal(RequestProcessProposal request)
    {
        var reason = "";
        var context = ContextOf(request.Height, request.Time);
        var block = _prepared.Find(Committed, context, request.Txs) ?? _judge.Execute(Committed, context, request.Txs, out reason);
        if (block is null)
        {
            _observer.ProposalRejected(request.Height, reason);
            return new ResponseProcessProposal { Status = ResponseProcessProposal.Types.ProposalStatus.Reject };
        }

        _executed.Add(Hash256.From(request.Hash.Span), block);
        return new ResponseProcessProposal { Status = ResponseProcessProposal.Types.ProposalStatus.Accept };
    }

    public ResponseExtendVote ExtendVote(RequestExtendVote request) => new();

    public ResponseVerifyVoteExtension VerifyVoteExtension(RequestVerifyVoteExtension request) => new()
    {
        // Nothing is extended yet: an honest validator's extension is empty.
        Status = request.VoteExtension.IsEmpty
            ? ResponseVerifyVoteExtension.Types.VerifyStatus.Accept
            : ResponseVerifyVoteExtension.Types.VerifyStatus.Reject,
    };

    public ResponseFinalizeBlock FinalizeBlock(RequestFinalizeBlock request)
    {
        var hash = Hash256.From(request.Hash.Span);
        var block = _executed.Find(hash);
        if (block is null)
        {
            block = _judge.Execute(Committed, ContextOf(request.Height, request.Time), request.Txs, out var reason)
                ?? throw new InvalidOperationException(
                    $"Block {request.Height} ({hash}) was decided but is not valid: {reason}. More than a third of the power is faulty, or this node's state is wrong.");
        }

        _decided = new CommittedBlock
        {
            Hash = hash,
            Execution = block,
            Changes = WithGenesis(block.Changes),
            Proposer = request.ProposerAddress.Memory,
            EvidenceAge = _evidenceOfGenesis,
        };
        var response = new ResponseFinalizeBlock { AppHash = ByteString.CopyFrom(block.State.AppHash.Span) };
        foreach (var _ in request.Txs)
            response.TxResults.Add(new ExecTxResult());
        return response;
    }

    public ResponseCommit Commit(RequestCommit request)
    {
        var block = _decided ?? throw new InvalidOperationException("Commit came without FinalizeBlock before it.");
        var keptFrom = _store.Commit(block);

        var state = block.Execution.State;
        _tip = new CommittedTip(state.Height, block.Hash, state.AppHash);
        _genesis = [];
        _evidenceOfGenesis = null;
        _decided = null;
        _executed.Clear();
        _prepared.Clear();
        _states.Add(state);
        _verified.Forget(block.Execution.Transactions);
        _pool.AfterCommit(block.Execution);
        _observer.Committed(block);
        _snapshots?.Committed(state, _store.EvidenceAge);
        return new ResponseCommit { RetainHeight = keptFrom };
    }

    public ResponseQuery Query(RequestQuery request) => StateQuery.Answer(request, _states);

    public ResponseListSnapshots ListSnapshots(RequestListSnapshots request)
    {
        var response = new ResponseListSnapshots();
        foreach (var snapshot in _snapshots?.List() ?? [])
            response.Snapshots.Add(SnapshotMessage.Of(snapshot));
        return response;
    }

    public ResponseLoadSnapshotChunk LoadSnapshotChunk(RequestLoadSnapshotChunk request) => new()
    {
        Chunk = _snapshots?.Chunk((long)Math.Min(request.Height, long.MaxValue), request.Format, request.Chunk) is { } chunk
            ? UnsafeByteOperations.UnsafeWrap(chunk)
            : ByteString.Empty,
    };

    /// <remarks>A node that was restored and has no block yet may be restored again: CometBFT lost what it knew of it.</remarks>
    public ResponseOfferSnapshot OfferSnapshot(RequestOfferSnapshot request) => _restore.Offer(request, hasBlocks: _tip.BlockHash != default);

    public ResponseApplySnapshotChunk ApplySnapshotChunk(RequestApplySnapshotChunk request)
    {
        var response = _restore.Apply(request, out var restored);
        if (restored is not null)
        {
            _store.Restore(restored);
            var state = restored.State;
            _tip = new CommittedTip(state.Height, default, state.AppHash);
            _states.Start(state);
            _pool.Start(state);
        }

        return response;
    }

    private ChainState Committed => _states.Newest
        ?? throw new InvalidOperationException("A block came before InitChain: CometBFT's data folder is older than this node's is new.");

    private BlockContext ContextOf(long height, Timestamp time)
    {
        if (_tip.Height != 0 && height != _tip.Height + 1)
            throw new InvalidOperationException($"Block {height} came; the one after height {_tip.Height} is due.");
        return new BlockContext(height, TimeOf(time));
    }

    /// <summary>Genesis reaches the store with the first block: until then InitChain can repeat.</summary>
    private IReadOnlyList<StateChange> WithGenesis(IReadOnlyList<StateChange> changes)
    {
        if (_genesis.Length == 0)
            return changes;
        SortedDictionary<ReadOnlyMemory<byte>, StateChange> all = new(
            Comparer<ReadOnlyMemory<byte>>.Create((a, b) => a.Span.SequenceCompareTo(b.Span)));
        foreach (var entry in _genesis)
            all[entry.Key] = entry;
        foreach (var change in changes)
            all[change.Key] = change;
        return [.. all.Values];
    }

    private static EvidenceAge? EvidenceAgeOf(AbciProto.Types.EvidenceParams? parameters) => parameters?.MaxAgeDuration is { } age
        ? new EvidenceAge(parameters.MaxAgeNumBlocks, age.Seconds + (age.Nanos > 0 ? 1 : 0))
        : null;

    private static BlockTime TimeOf(Timestamp time) => new(time.Seconds, time.Nanos);

    private static ResponseCheckTx Answer(Verdict verdict) => new()
    {
        Code = (uint)verdict.Code,
        Log = verdict.Message,
        Codespace = verdict.IsOk ? "" : "sequencer",
    };

    private sealed class Admission(TransactionPool pool, SignedTransaction transaction) : IAdmission<ResponseCheckTx>
    {
        public ResponseCheckTx Admit() => Answer(pool.Admit(transaction));
    }

    private sealed class Insertion(TransactionPool pool, SignedTransaction transaction) : IAdmission<ResponseInsertTx>
    {
        public ResponseInsertTx Admit() => new() { Code = InsertCodes.Of(pool.Admit(transaction, fromPeer: true).Code) };
    }

    private sealed class Recheck(TransactionPool pool, Hash256 id) : IAdmission<ResponseCheckTx>
    {
        public ResponseCheckTx Admit() => Answer(pool.PlaceOf(id) switch
        {
            PoolPlace.Runnable => Verdict.Ok,
            PoolPlace.Waiting => Verdict.Refuse(ResultCode.NonceGap, "It waits for an earlier nonce."),
            _ => Verdict.Refuse(ResultCode.NotInPool, "It has left the pool."),
        });
    }
}
