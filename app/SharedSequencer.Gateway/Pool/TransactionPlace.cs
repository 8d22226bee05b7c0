using SharedSequencer.Api.Contracts;
using SharedSequencer.Primitives;

namespace SharedSequencer.Gateway.Pool;

/// <summary>Where an Ethereum transaction is in the sequencer.</summary>
/// <param name="Submission">The id of the sequencer's transaction that carries it; null when nobody told it.</param>
internal sealed record TransactionPlace(Hash256? Submission)
{
    /// <summary>Height of its block, once final.</summary>
    public long? Height { get; init; }

    /// <summary>Number of its slice, once final.</summary>
    public ulong? Slice { get; init; }

    /// <summary>Time of its block, once final.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>One of the ladder's ends, when its submission died.</summary>
    public string? End { get; init; }

    /// <summary>Why it ended.</summary>
    public TransactionReason? Reason { get; init; }

    /// <summary>Why the executor passed over it.</summary>
    public TransactionReason? Dropped { get; init; }
}
