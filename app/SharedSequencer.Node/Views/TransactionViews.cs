using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Node.Api;
using SharedSequencer.Node.Chain;
using SharedSequencer.Node.Transactions;
using SharedSequencer.Primitives;

namespace SharedSequencer.Node.Views;

/// <summary>Submission and the ladder, as HTTP and gRPC offer them.</summary>
public sealed class TransactionViews(SubmissionService submissions, TransactionLadder ladder, ChainFeed feed, WorkLimit limit)
{
    /// <summary>Transactions in one batch.</summary>
    public const int BatchCount = 1024;

    /// <summary>Bytes of one batch.</summary>
    public const int BatchBytes = 8 * 1024 * 1024;

    /// <summary>Submits one transaction.</summary>
    /// <exception cref="ProblemException">It was refused.</exception>
    public async Task<SubmitTransactionResponse> SubmitAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation)
    {
        var result = await limit.RunAsync(() => submissions.SubmitAsync(raw, cancellation), cancellation);
        return result.IsTaken ? result.ToResponse() : throw ProblemOf(result);
    }

    /// <summary>Submits several in order; each has its own end.</summary>
    public async Task<SubmitTransactionResponse[]> SubmitAsync(IReadOnlyList<ReadOnlyMemory<byte>> items, CancellationToken cancellation)
    {
        var results = await limit.RunAsync(() => submissions.SubmitAsync(items, cancellation), cancellation);
        return [.. results.Select(result => result.ToResponse())];
    }

    /// <exception cref="ProblemException">404: this node knows nothing of it.</exception>
    public TransactionStatusResponse Get(Hash256 id) => ladder.Find(id)
        ?? throw Answer.NotFound($"This node knows no transaction {id}: it never came here, or ended without a block some time ago.");

    /// <summary>Sends where a transaction stands, and each change, until nothing can change any more.</summary>
    public async Task FollowAsync(Hash256 id, Func<TransactionStatusResponse, Task> send, CancellationToken ended)
    {
        TransactionStatusResponse? sent = null;
        while (true)
        {
            var changed = Task.WhenAny(feed.PoolChanged.Next, feed.Committed.Next, feed.AnchorsChanged.Next);
            if (ladder.Find(id) is not { } status)
                return;
            if (status != sent)
                await send(status);
            sent = status;
            if (IsEnd(status))
                return;

            // In a block only an anchor can change it: the chain's own pace does not matter any more.
            await (status.Height is null ? changed : feed.AnchorsChanged.Next).WaitAsync(ended);
        }
    }

    /// <summary>Nothing comes after it.</summary>
    public static bool IsEnd(TransactionStatusResponse status) =>
        status.Status is TransactionStatuses.Firm or TransactionStatuses.Rejected or TransactionStatuses.Expired
            or TransactionStatuses.Replaced or TransactionStatuses.Evicted;

    /// <summary>The answer to a batch of more than <see cref="BatchCount"/>.</summary>
    public static ProblemException TooMany() =>
        new(413, ProblemCodes.TooLarge, "Too large", $"The batch has more than {BatchCount} transactions. Send several.");

    private static ProblemException ProblemOf(Submission result) => new(
        result.HttpStatus,
        result.Reason!.Code,
        result.HttpStatus == 503 ? "Not taken now" : "Transaction refused",
        result.Reason.Message);
}
