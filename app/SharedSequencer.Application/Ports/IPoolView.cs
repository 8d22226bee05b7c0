using SharedSequencer.Primitives;

namespace SharedSequencer.Application.Ports;

/// <summary>What the API may see of the pool. Safe on every thread.</summary>
public interface IPoolView
{
    int Count { get; }

    /// <summary>Those among them that wait for an earlier nonce.</summary>
    int WaitingCount { get; }

    /// <summary>Bytes of all transactions held.</summary>
    long Bytes { get; }

    PoolPlace PlaceOf(Hash256 id);

    /// <summary>The nonce behind the account's last transaction in the pool that can run.</summary>
    /// <param name="committed">The account's next nonce by the committed state.</param>
    ulong PendingNonce(AccountId id, ulong committed);
}

/// <summary>Where in the pool a transaction is.</summary>
public enum PoolPlace
{
    /// <summary>Not there.</summary>
    None,

    /// <summary>It can run in the next block.</summary>
    Runnable,

    /// <summary>It waits for an earlier nonce of its account.</summary>
    Waiting,
}
