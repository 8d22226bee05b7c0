using Microsoft.AspNetCore.Http;
using SharedSequencer.Api;

namespace SharedSequencer.Hosting.Http;

/// <summary>Writes errors as RFC 9457 problems.</summary>
public static class Problems
{
    public static Problem Of(int status, string code, string title, string detail) =>
        new() { Status = status, Code = code, Title = title, Detail = detail };

    public static Task WriteAsync(HttpContext context, Problem problem)
    {
        context.Response.StatusCode = problem.Status;
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
}
