using SharedSequencer.Primitives;
using SharedSequencer.Protocol;

namespace SharedSequencer.Application.Ports;

/// <summary>
/// Told what happened, so that followers can be served. Called from ABCI calls: it must return at once and call
/// nothing back.
/// </summary>
public interface IChainObserver
{
    /// <summary>A block is committed and stored.</summary>
    void Committed(CommittedBlock block);

    /// <summary>A transaction entered the pool, to run or to wait for an earlier nonce.</summary>
    void Received(Hash256 id);

    /// <summary>A transaction that waited for an earlier nonce can run now.</summary>
    void Promoted(Hash256 id);

    /// <summary>A transaction left the pool for another reason than being in a block.</summary>
    void Ended(Hash256 id, PoolEnding ending);

    /// <summary>A proposal of another validator is not valid.</summary>
    void ProposalRejected(long height, string reason);
}

/// <summary>How a transaction's stay in the pool ended without a block.</summary>
/// <param name="Kind">The ladder's end.</param>
/// <param name="Code">Why, for programs.</param>
/// <param name="Message">Why, for people.</param>
public readonly record struct PoolEnding(PoolEndingKind Kind, ResultCode Code, string Message);

/// <summary>The ladder's ends.</summary>
public enum PoolEndingKind
{
    Rejected,
    Expired,
    Replaced,
    Evicted,
}
