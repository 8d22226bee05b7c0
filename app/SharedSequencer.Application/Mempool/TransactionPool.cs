using SharedSequencer.Application.Mempool.Rules;
using SharedSequencer.Application.Ports;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine.Execution;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.Application.Mempool;

/// <summary>
/// The transactions that wait for a block: the only authority on what is proposed. On v0.38 CometBFT's mempool gossips
/// them and wakes consensus, and whatever leaves this pool is refused at the next recheck, so that the chain rests.
/// </summary>
/// <remarks>
/// An account's transactions stand or fall by that account alone: those that can run have consecutive nonces, and all
/// that they can take together is covered by its committed balance. So a block can only disturb the accounts that it
/// touched, and those that write to a namespace whose record it changed. Every transaction has a deadline in block
/// time: none stays for ever. What leaves without a block has an ending, told to the observer under the pool's lock,
/// so that endings and arrivals of one id keep their order.
/// </remarks>
public sealed class TransactionPool(ApplicationOptions options, IChainObserver observer) : IPoolView
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Hash256, Verdict> _failed = [];
    private readonly HandOut _promoted = new();
    private readonly HandOut _gossip = new();
    private PoolBooks _books = new(options);
    private AdmissionRules _rules = null!;
    private ChainState? _state;
    private BlockFees? _fees;
    private ulong _arrivals;

    public int Count
    {
        get
        {
            lock (_lock)
                return _books.Count;
        }
    }

    public int WaitingCount
    {
        get
        {
            lock (_lock)
                return _books.Parked.Count;
        }
    }

    public long Bytes
    {
        get
        {
            lock (_lock)
                return _books.Bytes;
        }
    }

    public PoolPlace PlaceOf(Hash256 id)
    {
        lock (_lock)
            return _books.Find(id) is not { } entry ? PoolPlace.None : entry.IsParked ? PoolPlace.Waiting : PoolPlace.Runnable;
    }

    public ulong PendingNonce(AccountId id, ulong committed)
    {
        lock (_lock)
            return _books.Queue(id)?.NextNonce(committed) ?? committed;
    }

    /// <summary>Starts with a committed state and no transaction.</summary>
    public void Start(ChainState state)
    {
        lock (_lock)
        {
            _books = new PoolBooks(options);
            _rules = new AdmissionRules(options, _books);
            _failed.Clear();
            _promoted.Clear();
            _gossip.Clear();

            // A namespace that never had data is learnt of with its first transaction.
            foreach (var id in state.SlicePeaks.Keys)
                _books.Shares.Learn(id, state.Namespace(id)?.Deposit ?? 0);
            Follow(state);
        }
    }

    /// <summary>
    /// Takes a transaction with a good signature, or says why not. <see cref="ResultCode.NonceGap"/> means that it was
    /// taken and waits for an earlier nonce. The same one again is welcome.
    /// </summary>
    /// <param name="fromPeer">Another node has it already: it is gossiped only where the options say so.</param>
    public Verdict Admit(SignedTransaction transaction, bool fromPeer = false)
    {
        lock (_lock)
        {
            if (_state is null)
                throw new InvalidOperationException("A transaction came before the chain was started.");
            if (_books.Find(transaction.Id) is { } known)
                return known.IsParked ? Waiting(known.Nonce) : Verdict.Ok;

            // All under the lock: it takes a few microseconds, a twentieth of what the signature took.
            var candidate = CandidateOf(transaction);
            var verdict = AdmissionRules.CheckState(candidate);
            if (!verdict.IsOk)
                return verdict;
            candidate.Place(_books);
            verdict = _rules.CheckPool(candidate);
            if (!verdict.IsOk)
                return verdict;

            var entry = Insert(candidate);
            if (options.AppMempool && (!fromPeer || options.GossipOfPeers))
                _gossip.Add(entry.Id, _books);
            return entry.IsParked ? Waiting(entry.Nonce) : Verdict.Ok;
        }
    }

    /// <summary>Takes what became able to run since it was refused with a nonce gap: CometBFT's mempool does not have it yet.</summary>
    public IReadOnlyList<SignedTransaction> TakePromoted(int maximum)
    {
        lock (_lock)
            return _promoted.Take(_books, maximum, long.MaxValue, runnableOnly: true);
    }

    /// <summary>A transaction that was taken could not be handed on: it is handed out again.</summary>
    public void PromoteAgain(Hash256 id)
    {
        lock (_lock)
            _promoted.Add(id, _books);
    }

    /// <summary>Takes transactions to gossip, each once.</summary>
    public IReadOnlyList<SignedTransaction> Reap(long maximumBytes)
    {
        lock (_lock)
            return _gossip.Take(_books, int.MaxValue, maximumBytes, runnableOnly: false);
    }

    /// <summary>What a proposal can choose from. The lock is held for a few bytes for each account, not for each transaction.</summary>
    internal PoolSnapshot Snapshot()
    {
        lock (_lock)
        {
            List<QueueView> queues = new(_books.Queues.Count);
            foreach (var queue in _books.Queues)
            {
                if (queue.Count > 0)
                    queues.Add(queue.View);
            }

            return new PoolSnapshot(queues, _books.RunnableBytes, _books.RunnableCount);
        }
    }

    /// <summary>Notes a transaction that did not run when a block was built: it leaves with the next commit.</summary>
    internal void NoteFailed(Hash256 id, Verdict verdict)
    {
        lock (_lock)
            _failed[id] = verdict;
    }

    /// <summary>Brings the pool up to a committed block: looks again at what the block can have disturbed, and at nothing else.</summary>
    public void AfterCommit(ExecutedBlock block)
    {
        lock (_lock)
        {
            Follow(block.State);
            new CommitSweep(options, _books, observer, block, _fees!, Promote).Run(_failed);
            _failed.Clear();
        }
    }

    /// <summary>Looks at the books under the lock.</summary>
    internal T Inspect<T>(Func<PoolBooks, T> look)
    {
        lock (_lock)
            return look(_books);
    }

    private void Follow(ChainState state)
    {
        _state = state;
        _fees = new BlockFees(state, state.Time);
    }

    private Candidate CandidateOf(SignedTransaction transaction) => new(transaction, _state!, _fees!);

    private PoolEntry Insert(Candidate candidate)
    {
        foreach (var evicted in candidate.Evicted)
        {
            _books.Remove(evicted);
            observer.Ended(evicted.Id, new PoolEnding(
                PoolEndingKind.Evicted, ResultCode.PoolFull, "The pool was full and this was among the cheapest. Submit it again later, or with a higher tip."));
        }

        var entry = candidate.ToEntry(_arrivals++);
        if (candidate.Replaced is { } replaced)
        {
            observer.Ended(replaced.Id, new PoolEnding(
                PoolEndingKind.Replaced, ResultCode.Replaced, $"{entry.Id} took its place: the same nonce, a higher tip."));
            if (replaced.IsParked)
                _books.Remove(replaced);
            else
                _books.Replace(replaced, entry);
        }

        if (candidate.IsParked)
            _books.Park(entry, candidate.State.Time.Seconds + options.ParkedSeconds);
        else if (candidate.Replaced is null)
            _books.Append(entry);
        observer.Received(entry.Id);
        if (_books.Queue(entry.Sender) is { } queue)
            Promote(queue);
        return entry;
    }

    /// <summary>Moves what waits to what can run, as far as nonces, funds and caps allow.</summary>
    private void Promote(AccountQueue queue)
    {
        if (queue.Parked.Count == 0)
            return;
        var account = _state!.Account(queue.Id);
        while (queue.Parked.Count > 0 && queue.Parked.Values[0] is var entry && entry.Nonce == queue.NextNonce(account.Nonce))
        {
            // It was looked at when it came: prices and writers may be others by now.
            var candidate = CandidateOf(entry.Transaction);
            var verdict = AdmissionRules.CheckState(candidate);
            if (!verdict.IsOk)
            {
                _books.Remove(entry);
                observer.Ended(entry.Id, Endings.Of(verdict));
                return;
            }

            if (queue.Count >= options.PoolCountPerAccount
                || queue.Bytes + entry.Bytes > options.PoolBytesPerAccount
                || queue.Spend + candidate.Spend > account.Balance)
            {
                return;
            }

            _books.Promote(entry, candidate);
            if (!options.AppMempool)
                _promoted.Add(entry.Id, _books);
            observer.Promoted(entry.Id);
        }
    }

    private Verdict Waiting(ulong nonce) =>
        Verdict.Refuse(ResultCode.NonceGap, $"It waits in the pool, for at most {options.ParkedSeconds} s: an earlier nonce than {nonce} of the account is missing.");
}
