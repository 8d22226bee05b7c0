using SharedSequencer.Application.Ports;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.RandomChain;

/// <summary>A store that keeps blocks in memory, for chains that end with their test.</summary>
public sealed class MemoryChainStore : IChainStore
{
    public List<CommittedBlock> Blocks { get; } = [];

    public ChainState? Load(out CommittedTip tip)
    {
        tip = default;
        if (Blocks.Count == 0)
            return null;
        var last = Blocks[^1];
        tip = new CommittedTip(last.Execution.State.Height, last.Hash, last.Execution.State.AppHash);
        return last.Execution.State;
    }

    public void Commit(CommittedBlock block) => Blocks.Add(block);
}
