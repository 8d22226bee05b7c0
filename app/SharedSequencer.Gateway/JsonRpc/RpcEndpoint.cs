using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SharedSequencer.Gateway.Configuration;
using SharedSequencer.Hosting.Http;

namespace SharedSequencer.Gateway.JsonRpc;

/// <summary>
/// <c>POST /</c>: JSON-RPC over HTTP. Wallets in browsers call it from any page. Every answer that JSON-RPC can express
/// has status 200, but a body that is too large has 413, and a client that calls too often gets 429 as a problem.
/// </summary>
internal sealed class RpcEndpoint(GatewayOptions options, RpcRouter router, ClientRateLimit limit)
{
    /// <summary>
    /// What is read of a body that is too large, and thrown away, so that the client gets the answer: a connection that is
    /// closed while it still sends would show it a reset instead.
    /// </summary>
    public const long DrainedBytes = 16 * 1024 * 1024;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/", (RequestDelegate)AnswerAsync);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var bytes = await ReadAsync(context.Request);
        if (bytes is null)
        {
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            await WriteAsync(context, RpcAnswerWriter.Whole(RpcError.InvalidRequest(
                $"request body too large: at most {options.MaximumRequestBytes} bytes are allowed")));
            return;
        }

        using var body = RpcBody.Read(bytes.Value, options.MaximumBatch, out var error);
        if (body is null)
        {
            await WriteAsync(context, RpcAnswerWriter.Whole(error!));
            return;
        }

        // The request itself is charged already; a batch costs as many as its calls.
        limit.Charge(context, body.Items.Count - 1);
        var results = await router.AnswerAsync(body.Items, context.RequestAborted);
        await WriteAsync(context, RpcAnswerWriter.Body(body, results));
    }

    /// <summary>The body, or null when it exceeds the limit.</summary>
    private async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request)
    {
        var buffer = new ArrayBufferWriter<byte>((int)Math.Clamp(request.ContentLength ?? 4096, 256, options.MaximumRequestBytes));
        var tooLarge = false;
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(request.HttpContext.RequestAborted);
            tooLarge |= buffer.WrittenCount + read.Buffer.Length > options.MaximumRequestBytes;
            if (!tooLarge)
            {
                foreach (var part in read.Buffer)
                    buffer.Write(part.Span);
            }

            request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return tooLarge ? (ReadOnlyMemory<byte>?)null : buffer.WrittenMemory;
        }
    }

    private static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> answer)
    {
        if (answer.IsEmpty)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }
}
