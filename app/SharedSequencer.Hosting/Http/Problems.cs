using System.Globalization;
using Microsoft.AspNetCore.Http;
using SharedSequencer.Api;

namespace SharedSequencer.Hosting.Http;

/// <summary>Writes errors as RFC 9457 problems.</summary>
public static class Problems
{
    public static Problem Of(int status, string code, string title, string detail) =>
        new() { Status = status, Code = code, Title = title, Detail = detail };

    /// <param name="retryAfter">When it is worth to ask again; a 503 says a second unless it is told otherwise.</param>
    public static Task WriteAsync(HttpContext context, Problem problem, TimeSpan? retryAfter = null)
    {
        context.Response.StatusCode = problem.Status;
        context.Response.Headers.CacheControl = "no-store";
        if (retryAfter is null && problem.Status == StatusCodes.Status503ServiceUnavailable)
            retryAfter = TimeSpan.FromSeconds(1);
        if (retryAfter is { } wait)
            context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return context.Response.WriteAsJsonAsync(problem, ApiJson.Default.Problem, Problem.ContentType, context.RequestAborted);
    }
}

/// <summary>Thrown by an endpoint to answer with a problem.</summary>
public sealed class ProblemException(Problem problem) : Exception(problem.Detail)
{
    public ProblemException(int status, string code, string title, string detail)
        : this(Problems.Of(status, code, title, detail))
    {
    }

    public Problem Problem { get; } = problem;

    /// <summary>When it is worth to ask again, where that is known.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
