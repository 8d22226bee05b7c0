using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.Application.Genesis;
using SharedSequencer.Primitives;
using SharedSequencer.StateMachine.Execution;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.RandomChain;

/// <summary>Makes valid blocks of a random world, as CometBFT would hand them to a replica.</summary>
public sealed class RandomBlocks(RandomWorld world)
{
    private ChainState _state = ChainState.AtGenesis(world.Genesis);

    /// <summary>The state after the newest block.</summary>
    public ChainState State => _state;

    /// <summary>The call that starts the chain.</summary>
    public RequestInitChain InitChain() => new()
    {
        ChainId = RandomWorld.ChainId,
        Time = ToTimestamp(world.Genesis.Time),
        AppStateBytes = ByteString.CopyFrom(GenesisJson.Write(world.Genesis)),
        InitialHeight = 1,
    };

    /// <summary>What the next block's header says.</summary>
    public BlockContext NextContext() => new(
        _state.Height + 1, new BlockTime(_state.Time.Seconds + world.Random.Next(0, 3), world.Random.Next(0, 1_000_000_000)));

    /// <summary>A block on the newest state, not yet taken as decided; one in ten is empty.</summary>
    public ExecutedBlock Propose(BlockContext context, int maximumTransactions = 8)
    {
        var execution = new BlockExecution(_state, context);
        var count = world.Random.Next(10) == 0 ? 0 : world.Random.Next(1, maximumTransactions + 1);
        for (var i = 0; i < count; i++)
            _ = execution.TryAdd(world.NextTransaction(execution.View, context.Time));
        return execution.Seal();
    }

    /// <summary>Takes a block as decided.</summary>
    public void Decide(ExecutedBlock block) => _state = block.State;

    /// <summary>The next block, decided, as FinalizeBlock carries it.</summary>
    public RequestFinalizeBlock Next()
    {
        var block = Propose(NextContext());
        Decide(block);
        return Request(block);
    }

    /// <summary>A block's items: the preamble, then the transactions.</summary>
    public static List<byte[]> Items(ExecutedBlock block) =>
        block.Preamble is null ? [] : [block.Preamble, .. block.Transactions.Select(t => t.Raw.ToArray())];

    /// <summary>A block as FinalizeBlock carries it. Its hash stands in for the header's.</summary>
    public static RequestFinalizeBlock Request(ExecutedBlock block)
    {
        var request = new RequestFinalizeBlock
        {
            Height = block.Context.Height,
            Time = ToTimestamp(block.Context.Time),
            ProposerAddress = ByteString.CopyFrom(new byte[20]),
        };
        foreach (var item in Items(block))
            request.Txs.Add(ByteString.CopyFrom(item));
        request.Hash = ByteString.CopyFrom(Hash256.Of(request.ToByteArray()).Span);
        return request;
    }

    public static Timestamp ToTimestamp(BlockTime time) => new() { Seconds = time.Seconds, Nanos = time.Nanoseconds };
}
