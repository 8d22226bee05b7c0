using Google.Protobuf;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.Application.Genesis;
using SharedSequencer.Client.Verification;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.RandomChain;
using SharedSequencer.StateMachine;
using SharedSequencer.StateMachine.Execution;
using SharedSequencer.StateMachine.State;
using SharedSequencer.Tests.Client;

namespace SharedSequencer.Tests.Proofs;

/// <summary>
/// A chain as consensus decides it: blocks with their headers, chained and signed. Its headers are those that a light
/// client would trust; one that is not there yet is waited for.
/// </summary>
internal sealed class TestChain : ITrustedHeaders
{
    private readonly Lock _gate = new();
    private readonly List<(RequestFinalizeBlock Request, LightBlock Light, ExecutedBlock Block)> _blocks = [];
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TestChain(GenesisState genesis)
    {
        State = ChainState.AtGenesis(genesis);
        InitChain = new RequestInitChain
        {
            ChainId = genesis.ChainId,
            Time = RandomBlocks.ToTimestamp(genesis.Time),
            AppStateBytes = ByteString.CopyFrom(GenesisJson.Write(genesis)),
            InitialHeight = 1,
        };
    }

    public RequestInitChain InitChain { get; }

    /// <summary>After the newest block.</summary>
    public ChainState State { get; private set; }

    public long Height => State.Height;

    /// <summary>So many headers were asked for.</summary>
    public int HeadersAsked { get; private set; }

    /// <summary>A chain of random blocks.</summary>
    public static TestChain Random(int seed, int blocks)
    {
        var random = new RandomBlocks(new RandomWorld(seed));
        var chain = new TestChain(new RandomWorld(seed).Genesis);
        for (var i = 0; i < blocks; i++)
        {
            var block = random.Propose(random.NextContext());
            random.Decide(block);
            chain.Add(block);
        }

        return chain;
    }

    /// <summary>What the next block's header says; a second after the last one.</summary>
    public BlockContext NextContext => new(State.Height + 1, new BlockTime(State.Time.Seconds + 1, 0));

    public void Add(ExecutedBlock block)
    {
        var before = Height == 0 ? null : At(Height);
        var request = RandomBlocks.Request(block);
        var header = new TestBlock(block.Context.Height, [], []).LightBlock.Header with
        {
            ChainId = State.ChainId,
            Time = new CometTime(block.Context.Time.Seconds, block.Context.Time.Nanoseconds),
            DataHash = TransactionList.Hash([.. RandomBlocks.Items(block).Select(item => (ReadOnlyMemory<byte>)item)]),
            AppHash = HexBytes.From(State.AppHash.Span),
        };
        if (before is not null)
            header = header with { LastBlockId = before.Commit.BlockId };
        request.Hash = ByteString.CopyFrom(header.Hash().Span);
        lock (_gate)
        {
            _blocks.Add((request, TestBlock.LightBlockOf(header), block));
            State = block.State;
            _grown.SetResult();
            _grown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>A block of these transactions, all of which must be valid in this order; none for an empty block.</summary>
    public void Add(params IReadOnlyList<SignedTransaction> transactions)
    {
        var execution = new BlockExecution(State, NextContext);
        foreach (var transaction in transactions)
        {
            var verdict = execution.TryAdd(transaction);
            if (!verdict.IsOk)
                throw new InvalidOperationException($"A transaction of the test is refused: {verdict}");
        }

        Add(execution.Seal());
    }

    public LightBlock At(long height)
    {
        lock (_gate)
            return _blocks[(int)height - 1].Light;
    }

    public RequestFinalizeBlock Request(long height)
    {
        lock (_gate)
            return _blocks[(int)height - 1].Request;
    }

    /// <summary>All of a namespace's slices, with their heights, ascending.</summary>
    public List<(long Height, Slice Slice)> SlicesOf(NamespaceId id)
    {
        lock (_gate)
            return [.. _blocks.SelectMany(b => b.Block.Slices.Where(s => s.Namespace == id).Select(s => (b.Block.Context.Height, s)))];
    }

    public IReadOnlyList<NamespaceId> Namespaces => [.. State.SlicePeaks.Keys];

    public async Task<Header> AtAsync(long height, CancellationToken cancellation)
    {
        HeadersAsked++;
        while (true)
        {
            Task grown;
            lock (_gate)
            {
                if (height <= _blocks.Count)
                    return _blocks[(int)height - 1].Light.Header;
                grown = _grown.Task;
            }

            await grown.WaitAsync(cancellation);
        }
    }
}
