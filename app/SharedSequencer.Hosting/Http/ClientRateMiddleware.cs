using Microsoft.AspNetCore.Http;
using SharedSequencer.Api;

namespace SharedSequencer.Hosting.Http;

/// <summary>Answers 429 to a client of a public listener that asks too often. Health is always told.</summary>
internal sealed class ClientRateMiddleware(RequestDelegate next, ClientRateLimit limit)
{
    public Task InvokeAsync(HttpContext context)
    {
        var isCounted = context.Features.Get<Listener>() is { BearerToken: null }
            && context.GetEndpoint()?.Metadata.GetMetadata<ListenerBinding>() is not { Listener: null };
        if (isCounted)
            limit.Charge(context);
        return next(context);
    }
}

/// <summary>Charges requests to their clients.</summary>
public static class ClientRateCharges
{
    /// <summary>Takes tokens of the client that sent the request.</summary>
    /// <exception cref="ProblemException">429 with the time to wait.</exception>
    public static void Charge(this ClientRateLimit limit, HttpContext context, int count = 1)
    {
        var wait = limit.Take(ClientAddress.Of(context.Connection.RemoteIpAddress), count);
        if (wait > TimeSpan.Zero)
        {
            throw new ProblemException(
                StatusCodes.Status429TooManyRequests, ProblemCodes.TooManyRequests, "Too many requests",
                $"Your address sends more than the {limit.PerSecond} requests a second that are allowed here on average. Send fewer, and go on after Retry-After.")
            {
                RetryAfter = wait,
            };
        }
    }
}
