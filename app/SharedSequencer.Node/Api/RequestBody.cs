using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SharedSequencer.Hosting.Http;

namespace SharedSequencer.Node.Api;

/// <summary>Reads whole bodies within bounds: each its own maximum, a deadline, and a budget over all of them.</summary>
public sealed class RequestBody(ByteBudget budget)
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(15);

    /// <summary>Reads a body and hands it on; its part of the budget is free again when <paramref name="use"/> ends.</summary>
    /// <exception cref="ProblemException">503 when too many are being read, 408 when it comes too slowly.</exception>
    /// <exception cref="BadHttpRequestException">413: it is larger.</exception>
    public async Task UseAsync(HttpContext context, long maximum, Func<ReadOnlyMemory<byte>, Task> use)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = maximum;
        using var part = budget.TryTake(Math.Min(context.Request.ContentLength ?? maximum, maximum))
            ?? throw Answer.Busy("This node is reading as many requests as it can hold. Try again soon.");
        await use(await ReadAsync(context));
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        deadline.CancelAfter(s_deadline);
        try
        {
            using var buffer = new MemoryStream((int)Math.Min(context.Request.ContentLength ?? 0, 16 * 1024 * 1024));
            await context.Request.Body.CopyToAsync(buffer, deadline.Token);
            return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new ProblemException(
                408, SharedSequencer.Api.ProblemCodes.BadRequest, "Too slow", $"The request's body did not arrive within {s_deadline.TotalSeconds} s. Send it again.");
        }
    }
}
