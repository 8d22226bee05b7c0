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
    /// either all of it or nothing: CometBFT replays what is missing. May prune old blocks in the same step.
    /// </summary>
    /// <returns>The first height that is kept, for CometBFT to keep from there on too; 0 when all is kept.</returns>
    long Commit(CommittedBlock block);

    /// <summary>How long evidence counts on this chain, from genesis; CometBFT's default when that is not known.</summary>
    EvidenceAge EvidenceAge { get; }

    /// <summary>
    /// Starts the store from a snapshot, atomically: afterwards it holds all of the state and no block, or what it held.
    /// </summary>
    void Restore(RestoredChain chain);
}

/// <summary>The last committed block.</summary>
/// <param name="BlockHash">Zero after a restore: a snapshot says nothing that app_hash does not bind.</param>
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

    /// <summary>With the first block: what genesis says of evidence. Null afterwards, or when genesis does not say.</summary>
    public EvidenceAge? EvidenceAge { get; init; }
}

/// <summary>
/// Evidence of misbehaviour counts until both its ages are exceeded: CometBFT needs the blocks until then to judge it.
/// </summary>
/// <param name="Blocks">max_age_num_blocks</param>
/// <param name="Seconds">max_age_duration, rounded up</param>
public readonly record struct EvidenceAge(long Blocks, long Seconds)
{
    /// <summary>CometBFT's own default: 100,000 blocks and 48 hours.</summary>
    public static EvidenceAge Default => new(100_000, 48 * 3600);
}

/// <summary>A chain as a snapshot gives it back: checked against the app_hash that CometBFT's light client trusts.</summary>
public sealed record RestoredChain(ChainState State, EvidenceAge EvidenceAge);
