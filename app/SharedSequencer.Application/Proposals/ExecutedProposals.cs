using SharedSequencer.Primitives;
using SharedSequencer.StateMachine.Execution;

namespace SharedSequencer.Application.Proposals;

/// <summary>
/// Blocks that were executed at this height and not decided yet, by CometBFT's block hash: FinalizeBlock need not
/// execute them again. The number of proposals at a height is unbounded, so only the newest few are kept.
/// </summary>
internal sealed class ExecutedProposals(int capacity)
{
    private readonly Queue<(Hash256 Hash, ExecutedBlock Block)> _blocks = new();

    public void Add(Hash256 hash, ExecutedBlock block)
    {
        if (Find(hash) is not null)
            return;
        if (_blocks.Count == capacity)
            _blocks.Dequeue();
        _blocks.Enqueue((hash, block));
    }

    public ExecutedBlock? Find(Hash256 hash)
    {
        foreach (var (known, block) in _blocks)
        {
            if (known == hash)
                return block;
        }

        return null;
    }

    public void Clear() => _blocks.Clear();
}
