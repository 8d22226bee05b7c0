using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SharedSequencer.Api;
using SharedSequencer.Hosting.Http;

namespace SharedSequencer.Node.Api.Description;

/// <summary>Refuses, before anything is done, what an operation does not take (415) or the client could not read (406).</summary>
internal static class ContentRules
{
    private static readonly FrozenDictionary<(string Method, string Path), ApiOperation> s_operations =
        OperationTable.All.ToFrozenDictionary(operation => (operation.Method, operation.Path));

    /// <exception cref="ProblemException">406 or 415.</exception>
    public static void Check(HttpContext context)
    {
        if (context.GetEndpoint() is not RouteEndpoint { RoutePattern.RawText: { } path }
            || !s_operations.TryGetValue((context.Request.Method, path), out var operation))
        {
            return;
        }

        if (operation.IsService)
            return;
        CheckType(context.Request, operation);
        if (operation.Answers[0].Content is { } content && !Acceptance.Takes(context.Request, content.MediaType))
        {
            throw new ProblemException(
                406, ProblemCodes.NotAcceptable, "Not acceptable",
                $"{path} answers {content.MediaType}, which the request's Accept '{Parameters.Shorten(context.Request.Headers.Accept.ToString())}' excludes.");
        }
    }

    /// <summary>Without a Content-Type a body is what the operation takes first.</summary>
    private static void CheckType(HttpRequest request, ApiOperation operation)
    {
        if (operation.Bodies.Count == 0 || string.IsNullOrEmpty(request.ContentType)
            || operation.Bodies.Any(body => Acceptance.IsContentType(request, body.MediaType)))
        {
            return;
        }

        throw new ProblemException(
            415, ProblemCodes.UnsupportedMediaType, "Unsupported media type",
            $"The body's Content-Type is '{Parameters.Shorten(request.ContentType)}'; {string.Join(" or ", operation.Bodies.Select(body => body.MediaType))} is taken here.");
    }
}
