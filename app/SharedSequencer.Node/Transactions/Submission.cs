using SharedSequencer.Api.Contracts;
using SharedSequencer.Api;
using SharedSequencer.Protocol;

namespace SharedSequencer.Node.Transactions;

/// <summary>What became of one submission.</summary>
/// <param name="HttpStatus">200 when it was taken or is known, else the problem's.</param>
public sealed record Submission(string Id, string Status, int HttpStatus, TransactionReason? Reason)
{
    public bool IsTaken => HttpStatus == 200;

    public SubmitTransactionResponse ToResponse() => new(Id, Status) { Reason = Reason };

    public static Submission Known(TransactionStatusResponse status) => new(status.Id, status.Status, 200, status.Reason);

    public static Submission Received(string id) => new(id, TransactionStatuses.Received, 200, null);

    /// <summary>It is in the pool, and cannot run before an earlier nonce of its account.</summary>
    public static Submission Waiting(string id) => new(id, TransactionStatuses.WaitingForNonce, 200, null);

    public static Submission Refused(string id, ResultCode code, string message) => new(
        id, TransactionStatuses.Rejected, StatusOf(code), new TransactionReason(Reasons.CodeOf(code), message));

    /// <summary>CometBFT could not be asked: nothing is known of the transaction, trying again is safe.</summary>
    public static Submission Unavailable(string id, string message) => new(
        id, TransactionStatuses.Rejected, 503, new TransactionReason(ProblemCodes.EngineUnavailable, message));

    internal static int StatusOf(ResultCode code) => code switch
    {
        ResultCode.Malformed => 400,
        ResultCode.TooLarge => 413,
        ResultCode.PoolFull => 503,
        _ => 422,
    };
}
