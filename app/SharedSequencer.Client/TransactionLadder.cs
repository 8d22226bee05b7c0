using SharedSequencer.Api.Contracts;

namespace SharedSequencer.Client;

/// <summary>
/// The order of a transaction's statuses: received (or waiting_for_nonce) → final → anchored → firm; and its ends:
/// rejected, expired, replaced, evicted. A Bitcoin reorg can lead one step back.
/// </summary>
public static class TransactionLadder
{
    /// <summary>True when a transaction of this status will not go on by itself.</summary>
    public static bool IsEnd(string status) =>
        status is TransactionStatuses.Rejected or TransactionStatuses.Expired or TransactionStatuses.Replaced or TransactionStatuses.Evicted;

    /// <summary>True when <paramref name="status"/> is <paramref name="wanted"/> or a step above it; never for an end.</summary>
    /// <exception cref="ArgumentException"><paramref name="wanted"/> is no step of the ladder.</exception>
    public static bool HasReached(string status, string wanted)
    {
        var step = Step(wanted);
        return step >= 0 ? Step(status) >= step : throw new ArgumentException($"'{wanted}' is no step to wait for.", nameof(wanted));
    }

    private static int Step(string status) => status switch
    {
        TransactionStatuses.WaitingForNonce => 0,
        TransactionStatuses.Received => 1,
        TransactionStatuses.Final => 2,
        TransactionStatuses.Anchored => 3,
        TransactionStatuses.Firm => 4,
        _ => -1,
    };
}
