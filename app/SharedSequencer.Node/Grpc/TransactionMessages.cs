using SharedSequencer.Api.Contracts;
using V1 = Sequencer.V1;

namespace SharedSequencer.Node.Grpc;

/// <summary>Submissions, statuses and anchors as messages.</summary>
internal static class TransactionMessages
{
    public static V1.SubmitTransactionResponse Of(SubmitTransactionResponse response) => new()
    {
        Id = ExactBytes.OfHex(response.Id),
        State = StateOf(response.Status),
        Reason = Of(response.Reason),
    };

    public static V1.TransactionStatus Of(TransactionStatusResponse status)
    {
        var message = new V1.TransactionStatus
        {
            Id = ExactBytes.OfHex(status.Id),
            State = StateOf(status.Status),
            Time = status.Time is { } time ? ExactBytes.Time(time) : null,
            Anchor = status.Anchor is { } anchor ? Of(anchor) : null,
            Reason = Of(status.Reason),
        };
        if (status.Height is { } height)
            message.Height = height;
        if (status.Index is { } index)
            message.Index = index;
        return message;
    }

    public static V1.Anchor Of(AnchorResponse anchor) => new()
    {
        Summary = Of(anchor.Anchor),
        Evidence = new V1.AnchorEvidence
        {
            Height = anchor.Evidence.Height,
            Transaction = ExactBytes.OfHex(anchor.Evidence.Transaction),
            BranchIndex = anchor.Evidence.BranchIndex,
            Branch = { anchor.Evidence.Branch.Select(ExactBytes.OfHex) },
            Coinbase = ExactBytes.OfHex(anchor.Evidence.Coinbase),
            CoinbaseBranch = { anchor.Evidence.CoinbaseBranch.Select(ExactBytes.OfHex) },
            BitcoinHeight = anchor.Evidence.BitcoinHeight,
            Headers = { anchor.Evidence.Headers.Select(ExactBytes.OfHex) },
        },
    };

    private static V1.AnchorSummary Of(AnchorSummary anchor) => new()
    {
        Height = anchor.Height,
        Txid = ExactBytes.OfHex(anchor.Txid),
        BitcoinBlockHash = ExactBytes.OfHex(anchor.BitcoinBlockHash),
        BitcoinHeight = anchor.BitcoinHeight,
        Confirmations = (uint)anchor.Confirmations,
        Firm = anchor.Firm,
        Label = anchor.Label,
    };

    private static V1.Reason? Of(TransactionReason? reason) =>
        reason is null ? null : new V1.Reason { Code = reason.Code, Message = reason.Message };

    private static V1.TransactionState StateOf(string status) => status switch
    {
        TransactionStatuses.Received => V1.TransactionState.Received,
        TransactionStatuses.WaitingForNonce => V1.TransactionState.WaitingForNonce,
        TransactionStatuses.Final => V1.TransactionState.Final,
        TransactionStatuses.Anchored => V1.TransactionState.Anchored,
        TransactionStatuses.Firm => V1.TransactionState.Firm,
        TransactionStatuses.Rejected => V1.TransactionState.Rejected,
        TransactionStatuses.Expired => V1.TransactionState.Expired,
        TransactionStatuses.Replaced => V1.TransactionState.Replaced,
        TransactionStatuses.Evicted => V1.TransactionState.Evicted,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "No such status."),
    };
}
