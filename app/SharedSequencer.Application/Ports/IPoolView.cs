using SharedSequencer.Primitives;

namespace SharedSequencer.Application.Ports;

/// <summary>What the API may see of the pool. Safe on every thread.</summary>
public interface IPoolView
{
    int Count { get; }

    /// <summary>Bytes of all transactions held.</summary>
    long Bytes { get; }

    bool Contains(Hash256 id);

    /// <summary>The nonce behind the account's last transaction in the pool.</summary>
    /// <param name="committed">The account's next nonce by the committed state.</param>
    ulong PendingNonce(AccountId id, ulong committed);
}
