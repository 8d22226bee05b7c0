using SharedSequencer.Application;
using SharedSequencer.Application.Mempool;
using SharedSequencer.Application.Ports;
using SharedSequencer.Application.Proposals;
using SharedSequencer.Cryptography;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.State;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.RandomChain;
using SharedSequencer.StateMachine;
using SharedSequencer.StateMachine.Execution;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.Tests.Mempool;

/// <summary>A pool over a real state machine: accounts with coins, namespaces with deposits, blocks when a test says so.</summary>
internal sealed class PoolWorld
{
    private const string ChainId = "pool-world";
    private const long Start = 1_700_000_000;

    private static readonly FeeRate s_still = new(1UL << 40, 1UL << 36);

    private readonly SecretKey[] _keys;

    /// <summary>Prices stay at their least.</summary>
    public PoolWorld(int accounts, ApplicationOptions? options = null, params (string Name, ulong Deposit)[] namespaces)
        : this(s_still, s_still, accounts, options, namespaces)
    {
    }

    public PoolWorld(FeeRate chain, FeeRate ofNamespace, int accounts, ApplicationOptions? options, params (string Name, ulong Deposit)[] namespaces)
    {
        Options = options ?? new ApplicationOptions();
        _keys = new SecretKey[accounts];
        for (var i = 0; i < accounts; i++)
            _keys[i] = SecretKey.From(Hash256.Of(BitConverter.GetBytes(i + 1)).Span);
        State = ChainState.AtGenesis(new GenesisState
        {
            ChainId = ChainId,
            Time = new BlockTime(Start, 0),
            Parameters = new ChainParameters
            {
                MinimumNamespaceDeposit = 1,
                ChainFeeRate = chain,
                NamespaceFeeRate = ofNamespace,
            },
            Accounts = [.. _keys.Select(key => new KeyValuePair<AccountId, ulong>(key.PublicKey, 1_000_000_000_000))],
        });
        Pool = new TransactionPool(Options, Observer);
        Builder = new ProposalBuilder(Pool, Options);
        Pool.Start(State);
        ulong nonce = 0;
        foreach (var part in namespaces.Chunk(200))
            Commit(Make(0, nonce++, actions: [.. part.Select(n => new RegisterNamespace(n.Name, new NamespaceSettings(), n.Deposit))]));
    }

    public ApplicationOptions Options { get; }

    public RecordingObserver Observer { get; } = new();

    public TransactionPool Pool { get; }

    public ProposalBuilder Builder { get; }

    public ChainState State { get; private set; }

    public AccountId Account(int account) => _keys[account].PublicKey;

    public ulong NonceOf(int account) => State.Account(Account(account)).Nonce;

    public SignedTransaction Make(
        int account, ulong nonce, ulong tip = 0, ulong maxFee = 1_000, long lifetime = 3600, params TransactionAction[] actions) =>
        SignedTransaction.Sign(
            new TransactionBody
            {
                ChainId = ChainId,
                Nonce = nonce,
                MaxFeePerByte = maxFee,
                TipPerByte = tip,
                ExpiryTime = State.Time.Seconds + lifetime,
                Actions = actions.Length > 0 ? actions : [new Transfer(Account(0), 1)],
            },
            _keys[account]);

    public static SubmitData Data(string name, int bytes, int seed = 0)
    {
        var payload = new byte[bytes];
        new Random(seed).NextBytes(payload);
        return new SubmitData(NamespaceId.OfName(name), payload);
    }

    public ResultCode Admit(SignedTransaction transaction) => Pool.Admit(transaction).Code;

    /// <summary>What a proposer would choose now.</summary>
    public ExecutedBlock Propose(long maximumBytes = 4 * 1024 * 1024, long seconds = 1) =>
        Builder.Build(State, new BlockContext(State.Height + 1, new BlockTime(State.Time.Seconds + seconds, 0)), maximumBytes);

    /// <summary>Commits what a proposer would choose.</summary>
    public ExecutedBlock CommitProposal(long maximumBytes = 4 * 1024 * 1024, long seconds = 1) => Decide(Propose(maximumBytes, seconds));

    /// <summary>Commits a block of these transactions, as if another validator had proposed it.</summary>
    public ExecutedBlock Commit(params SignedTransaction[] transactions) => Commit(1, transactions);

    public ExecutedBlock Commit(long seconds, params SignedTransaction[] transactions)
    {
        var execution = new BlockExecution(State, new BlockContext(State.Height + 1, new BlockTime(State.Time.Seconds + seconds, 0)));
        foreach (var transaction in transactions)
        {
            var verdict = execution.TryAdd(transaction);
            if (!verdict.IsOk)
                throw new InvalidOperationException(verdict.Message);
        }

        return Decide(execution.Seal());
    }

    public PoolEnding? EndingOf(SignedTransaction transaction) =>
        Observer.Endings.TryGetValue(transaction.Id, out var ending) ? ending : null;

    /// <summary>What is out of step in the pool's indexes and sums; empty when nothing is.</summary>
    public IReadOnlyList<string> Faults() => Pool.Inspect(books => PoolAudit.Faults(books, State, Options));

    private ExecutedBlock Decide(ExecutedBlock block)
    {
        State = block.State;
        Pool.AfterCommit(block);
        return block;
    }
}
