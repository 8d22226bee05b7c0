using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SharedSequencer.Api;

namespace SharedSequencer.Hosting.Http;

/// <summary>Turns what endpoints throw, and empty error answers, into problems.</summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        Problem? problem;
        TimeSpan? retryAfter = null;
        try
        {
            await next(context);
            problem = ForStatus(context);
        }
        catch (ProblemException error)
        {
            problem = error.Problem;
            retryAfter = error.RetryAfter;
        }
        catch (BadHttpRequestException error)
        {
            problem = error.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? Problems.Of(error.StatusCode, ProblemCodes.TooLarge, "Too large", "The request's body is larger than this server takes. Send less.")
                : Problems.Of(error.StatusCode, ProblemCodes.BadRequest, "Bad request", $"The request is malformed: {error.Message}");
        }
        catch (Exception error) when (context.RequestAborted.IsCancellationRequested && error is OperationCanceledException or IOException or ConnectionResetException)
        {
            // The client is gone: there is nobody to answer, and nothing is wrong here.
            return;
        }
        catch (Exception error)
        {
            LogFailed(context.Request.Method, context.Request.Path, context.TraceIdentifier, error);
            problem = Problems.Of(
                StatusCodes.Status500InternalServerError, ProblemCodes.Internal, "Internal error",
                $"The server failed to answer. Its log has the reason under {context.TraceIdentifier}.");
        }

        if (problem is null)
            return;
        if (context.Response.HasStarted)
            context.Abort();
        else
            await WriteAsync(context, problem, retryAfter);
    }

    private static Task WriteAsync(HttpContext context, Problem problem, TimeSpan? retryAfter)
    {
        var allow = context.Response.Headers.Allow;
        context.Response.Clear();

        // Routing knows nothing of it, but where GET is answered, HEAD is.
        context.Response.Headers.Allow = allow == HttpMethods.Get ? "GET, HEAD" : allow;
        return Problems.WriteAsync(context, problem, retryAfter);
    }

    private static Problem? ForStatus(HttpContext context)
    {
        if (context.Response.HasStarted || context.Response.ContentType is not null || context.Response.ContentLength is > 0)
            return null;
        var path = context.Request.Path.Value;
        return context.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => Problems.Of(404, ProblemCodes.NotFound, "Not found", $"There is nothing at {path}."),
            StatusCodes.Status405MethodNotAllowed => Problems.Of(
                405, ProblemCodes.MethodNotAllowed, "Method not allowed",
                $"{context.Request.Method} is not allowed at {path}; {context.Response.Headers.Allow} is."),
            StatusCodes.Status415UnsupportedMediaType => Problems.Of(
                415, ProblemCodes.UnsupportedMediaType, "Unsupported media type", $"The content type '{context.Request.ContentType}' is not taken at {path}."),
            _ => null,
        };
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed ({Trace})")]
    private partial void LogFailed(string method, string path, string trace, Exception error);
}
