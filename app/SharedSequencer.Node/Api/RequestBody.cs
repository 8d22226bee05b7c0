using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SharedSequencer.Api;
using SharedSequencer.Hosting.Http;

namespace SharedSequencer.Node.Api;

/// <summary>Reads whole bodies within bounds: each its own maximum, a deadline, and a budget over all of them.</summary>
public sealed class RequestBody(ByteBudget budget)
{
    // What is too large is still taken off the line, up to here: a client that is sending reads its answer only then.
    private const long DrainedBytes = 32 * 1024 * 1024;

    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(15);

    /// <summary>Reads a body and hands it on; its part of the budget is free again when <paramref name="use"/> ends.</summary>
    /// <exception cref="ProblemException">413 when it is larger, 503 when too many are being read, 408 when it comes too slowly.</exception>
    public async Task UseAsync(HttpContext context, long maximum, Func<ReadOnlyMemory<byte>, Task> use)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = Math.Max(maximum, DrainedBytes);
        if (context.Request.ContentLength > maximum)
            throw TooLarge(maximum);
        using var part = budget.TryTake(context.Request.ContentLength ?? maximum)
            ?? throw Answer.Busy("This node is reading as many requests as it can hold. Try again soon.");
        await use(await ReadAsync(context, maximum));
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context, long maximum)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        deadline.CancelAfter(s_deadline);
        try
        {
            var buffer = new ArrayBufferWriter<byte>((int)Math.Max(context.Request.ContentLength ?? 0, 4096));
            while (true)
            {
                var read = await context.Request.Body.ReadAsync(buffer.GetMemory(1), deadline.Token);
                if (read == 0)
                    return buffer.WrittenMemory;
                if (read > maximum - buffer.WrittenCount)
                    throw TooLarge(maximum);
                buffer.Advance(read);
            }
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new ProblemException(
                408, ProblemCodes.TooSlow, "Too slow", $"The request's body did not arrive within {s_deadline.TotalSeconds} s. Send it again.");
        }
    }

    private static ProblemException TooLarge(long maximum) => new(
        413, ProblemCodes.TooLarge, "Too large", $"The request's body is larger than the {maximum} bytes that are taken here. Send less.");
}
