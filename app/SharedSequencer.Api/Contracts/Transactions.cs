namespace SharedSequencer.Api.Contracts;

/// <summary>Body of <c>POST /v1/transactions</c> when it is JSON; else the body is the raw bytes.</summary>
/// <param name="Transaction">A signed transaction's bytes, base64.</param>
public sealed record SubmitTransactionRequest(byte[] Transaction);

/// <summary>Answer to a submission.</summary>
/// <param name="Id">SHA-256 of the bytes, lower hex.</param>
/// <param name="Status">One of <see cref="TransactionStatuses"/>.</param>
public sealed record SubmitTransactionResponse(string Id, string Status)
{
    /// <summary>Why, when the status is an ending; in a batch, why this one was refused.</summary>
    public TransactionReason? Reason { get; init; }
}

/// <summary>A stable code with a sentence for people.</summary>
public sealed record TransactionReason(string Code, string Message);

/// <summary>The steps of the ladder and its ends.</summary>
public static class TransactionStatuses
{
    public const string Received = "received";
    public const string WaitingForNonce = "waiting_for_nonce";
    public const string Final = "final";
    public const string Anchored = "anchored";
    public const string Firm = "firm";
    public const string Rejected = "rejected";
    public const string Expired = "expired";
    public const string Replaced = "replaced";
    public const string Evicted = "evicted";
}

/// <summary><c>GET /v1/transactions/{id}</c>, and the data of each event of <c>…/events</c>.</summary>
public sealed record TransactionStatusResponse(string Id, string Status)
{
    /// <summary>Height of its block, from <c>final</c> on.</summary>
    public long? Height { get; init; }

    /// <summary>Its place in that block; the preamble is 0.</summary>
    public uint? Index { get; init; }

    /// <summary>Time of its block.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Where its block is anchored, from <c>anchored</c> on.</summary>
    public AnchorSummary? Anchor { get; init; }

    public TransactionReason? Reason { get; init; }
}
