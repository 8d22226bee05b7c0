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
using SharedSequencer.Node.Views;
using SharedSequencer.Protocol;

namespace SharedSequencer.Node.Api;

/// <summary><c>/v1/transactions</c>: submission and the ladder.</summary>
public sealed class TransactionEndpoints(TransactionViews views, RequestBody bodies, StreamLimit streams, IHostApplicationLifetime lifetime)
{
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
        await Answer.JsonAsync(context, await views.SubmitAsync(raw, context.RequestAborted), ApiJson.Default.SubmitTransactionResponse);
    });

    private Task SubmitBatchAsync(HttpContext context) => bodies.UseAsync(context, TransactionViews.BatchBytes, async body =>
    {
        var responses = await views.SubmitAsync(Split(body), context.RequestAborted);
        await Answer.JsonAsync(context, responses, ApiJson.Default.SubmitTransactionResponseArray);
    });

    private Task GetAsync(HttpContext context) =>
        Answer.JsonAsync(context, views.Get(Parameters.Id(context)), ApiJson.Default.TransactionStatusResponse);

    private async Task FollowAsync(HttpContext context)
    {
        var id = Parameters.Id(context);
        var sentId = SseStream.LastEventId(context);
        var first = views.Get(id);
        if (TransactionViews.IsEnd(first) && Frame(first).Id == sentId)
        {
            // The client has it all; an EventSource comes back until it is told so.
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        using var open = streams.Open();
        await SseStream.RunAsync(context, new SseOptions(), lifetime.ApplicationStopping, stream => views.FollowAsync(
            id,
            async status =>
            {
                var (statusId, data) = Frame(status);
                if (statusId != sentId)
                    await stream.SendAsync("status", data, statusId);
                sentId = statusId;
            },
            stream.Ended));
    }

    /// <summary>A status with an id that says what it is, whichever node sends it: who has seen it is not sent it again.</summary>
    private static (string Id, byte[] Data) Frame(TransactionStatusResponse status)
    {
        var data = JsonSerializer.SerializeToUtf8Bytes(status, ApiJson.Default.TransactionStatusResponse);
        return (Convert.ToHexStringLower(SHA256.HashData(data).AsSpan(0, 8)), data);
    }

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
            if (items.Count == TransactionViews.BatchCount)
                throw TransactionViews.TooMany();
            items.Add(rest.Slice(sizeof(uint), (int)length).ToArray());
            position += sizeof(uint) + (int)length;
        }

        return items.Count > 0 ? items : throw Answer.BadRequest("The batch is empty.");
    }
}
