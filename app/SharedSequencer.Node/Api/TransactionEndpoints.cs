using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Node.Chain;
using SharedSequencer.Node.Transactions;
using SharedSequencer.Protocol;

namespace SharedSequencer.Node.Api;

/// <summary><c>/v1/transactions</c>: submission and the ladder.</summary>
public sealed class TransactionEndpoints(
    SubmissionService submissions,
    TransactionLadder ladder,
    ChainFeed feed,
    RequestBody bodies,
    WorkLimit limit,
    StreamLimit streams,
    IHostApplicationLifetime lifetime)
{
    /// <summary>Transactions in one batch.</summary>
    public const int BatchCount = 1024;

    /// <summary>Bytes of one batch.</summary>
    public const int BatchBytes = 8 * 1024 * 1024;

    // Base64 takes 4 bytes for 3, and there are the braces; larger ones could not be taken anyway.
    private const int SingleBytes = (Limits.TransactionBytes * 4 / 3) + 1024;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/transactions", (RequestDelegate)SubmitAsync);
        routes.MapPost("/v1/transactions/batch", (RequestDelegate)SubmitBatchAsync);
        routes.MapGet("/v1/transactions/{id}", (RequestDelegate)GetAsync);
        routes.MapGet("/v1/transactions/{id}/events", (RequestDelegate)FollowAsync);
    }

    private Task SubmitAsync(HttpContext context) => bodies.UseAsync(context, SingleBytes, async body =>
    {
        var isJson = Acceptance.IsContentType(context.Request, "application/json");
        var raw = isJson ? FromJson(body.Span) : body.ToArray();
        var result = await limit.RunAsync(() => submissions.SubmitAsync(raw, context.RequestAborted), context.RequestAborted);
        if (!result.IsTaken)
            throw ProblemOf(result);
        await Answer.JsonAsync(context, result.ToResponse(), ApiJson.Default.SubmitTransactionResponse);
    });

    private Task SubmitBatchAsync(HttpContext context) => bodies.UseAsync(context, BatchBytes, async body =>
    {
        var items = Split(body);

        var results = await limit.RunAsync(() => submissions.SubmitAsync(items, context.RequestAborted), context.RequestAborted);
        SubmitTransactionResponse[] responses = [.. results.Select(result => result.ToResponse())];
        await Answer.JsonAsync(context, responses, ApiJson.Default.SubmitTransactionResponseArray);
    });

    private Task GetAsync(HttpContext context)
    {
        var id = Parameters.Id(context);
        var status = ladder.Find(id) ?? throw Unknown(id.ToString());
        return Answer.JsonAsync(context, status, ApiJson.Default.TransactionStatusResponse);
    }

    private async Task FollowAsync(HttpContext context)
    {
        var id = Parameters.Id(context);
        var seen = SseStream.LastEventId(context);
        var first = ladder.Find(id) ?? throw Unknown(id.ToString());
        if (IsEnd(first.Status) && Frame(first).Id == seen)
        {
            // The client has it all; an EventSource comes back until it is told so.
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        using var open = streams.Open();
        await SseStream.RunAsync(context, new SseOptions(), lifetime.ApplicationStopping, async stream =>
        {
            TransactionStatusResponse? sent = null;
            var sentId = seen;
            while (true)
            {
                var changed = Task.WhenAny(feed.PoolChanged.Next, feed.Committed.Next, feed.AnchorsChanged.Next);
                var status = ladder.Find(id);
                if (status is null)
                    return;
                if (status != sent && Frame(status) is var (statusId, data) && statusId != sentId)
                {
                    await stream.SendAsync("status", data, statusId);
                    sentId = statusId;
                }

                sent = status;
                if (IsEnd(status.Status))
                    return;

                // In a block only an anchor can change it: the chain's own pace does not matter any more.
                await (status.Height is null ? changed : feed.AnchorsChanged.Next).WaitAsync(stream.Ended);
            }
        });
    }

    /// <summary>A status with an id that says what it is, whichever node sends it: who has seen it is not sent it again.</summary>
    private static (string Id, byte[] Data) Frame(TransactionStatusResponse status)
    {
        var data = JsonSerializer.SerializeToUtf8Bytes(status, ApiJson.Default.TransactionStatusResponse);
        return (Convert.ToHexStringLower(SHA256.HashData(data).AsSpan(0, 8)), data);
    }

    private static bool IsEnd(string status) =>
        status is TransactionStatuses.Firm or TransactionStatuses.Rejected or TransactionStatuses.Expired
            or TransactionStatuses.Replaced or TransactionStatuses.Evicted;

    private static byte[] FromJson(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, ApiJson.Default.SubmitTransactionRequest)?.Transaction
                ?? throw Answer.BadRequest("The body has no 'transaction': {\"transaction\": \"BASE64\"} is needed.");
        }
        catch (JsonException error)
        {
            throw Answer.BadRequest($"The body is not {{\"transaction\": \"BASE64\"}}: {error.Message}");
        }
    }

    // Copies: a transaction in the pool must not keep the whole request in memory.
    private static List<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> body)
    {
        List<ReadOnlyMemory<byte>> items = [];
        for (var position = 0; position < body.Length;)
        {
            var rest = body[position..];
            if (rest.Length < sizeof(uint) || BinaryPrimitives.ReadUInt32BigEndian(rest.Span) is var length && length > rest.Length - sizeof(uint))
                throw Answer.BadRequest($"The batch is cut off in transaction {items.Count}: before each one its length is needed, 4 bytes, big-endian.");
            if (items.Count == BatchCount)
                throw new ProblemException(413, ProblemCodes.TooLarge, "Too large", $"The batch has more than {BatchCount} transactions. Send several.");
            items.Add(rest.Slice(sizeof(uint), (int)length).ToArray());
            position += sizeof(uint) + (int)length;
        }

        return items.Count > 0 ? items : throw Answer.BadRequest("The batch is empty.");
    }

    private static ProblemException ProblemOf(Submission result) => new(
        result.HttpStatus,
        result.Reason!.Code,
        result.HttpStatus == 503 ? "Not taken now" : "Transaction refused",
        result.Reason.Message);

    private static ProblemException Unknown(string id) =>
        Answer.NotFound($"This node knows no transaction {id}: it never came here, or ended without a block some time ago.");
}
