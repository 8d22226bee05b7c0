using SharedSequencer.Application.Ports;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.RandomChain;

/// <summary>A store that keeps blocks in memory, for chains that end with their test.</summary>
public sealed class MemoryChainStore : IChainStore
{
    private RestoredChain? _restored;

    public List<CommittedBlock> Blocks { get; } = [];

    public EvidenceAge EvidenceAge { get; private set; } = EvidenceAge.Default;

    public ChainState? Load(out CommittedTip tip)
    {
        tip = default;
        if (Blocks.Count == 0)
        {
            if (_restored is not null)
                tip = new CommittedTip(_restored.State.Height, default, _restored.State.AppHash);
            return _restored?.State;
        }

        var last = Blocks[^1];
        tip = new CommittedTip(last.Execution.State.Height, last.Hash, last.Execution.State.AppHash);
        return last.Execution.State;
    }

    public long Commit(CommittedBlock block)
    {
        Blocks.Add(block);
        EvidenceAge = block.EvidenceAge ?? EvidenceAge;
        return 0;
    }

    public void Restore(RestoredChain chain)
    {
        _restored = chain;
        EvidenceAge = chain.EvidenceAge;
    }
}
