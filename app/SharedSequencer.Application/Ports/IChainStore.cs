using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.StateMachine.Execution;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.Application.Ports;

/// <summary>Where committed blocks go. The application writes here in Commit alone.</summary>
public interface IChainStore
{
    /// <summary>What was committed last, or null when nothing was.</summary>
    /// <exception cref="InvalidDataException">The stored state does not give the stored app_hash.</exception>
    ChainState? Load(out CommittedTip tip);

    /// <summary>
    /// Stores a block with its whole effect, atomically and durably enough that after a crash the store holds
    /// either all of it or nothing: CometBFT replays what is missing.
    /// </summary>
    void Commit(CommittedBlock block);
}

/// <summary>The last committed block.</summary>
public readonly record struct CommittedTip(long Height, Hash256 BlockHash, Hash256 AppHash);

/// <summary>A block as it is committed.</summary>
public sealed record CommittedBlock
{
    /// <summary>CometBFT's block hash.</summary>
    public required Hash256 Hash { get; init; }

    public required ExecutedBlock Execution { get; init; }

    /// <summary>
    /// Every key that changed with its new value, ordered by key. At the first block this is the whole state:
    /// genesis is not stored before it, because InitChain can repeat.
    /// </summary>
    public required IReadOnlyList<StateChange> Changes { get; init; }

    /// <summary>CometBFT's address of the proposer, 20 bytes.</summary>
    public required ReadOnlyMemory<byte> Proposer { get; init; }
}
