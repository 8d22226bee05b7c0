using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using SharedSequencer.Grpc.Calls;
using SharedSequencer.Grpc.Wire;

namespace SharedSequencer.Grpc.Server;

/// <summary>
/// Turns HTTP requests into calls, and calls' ends into statuses, as "gRPC over HTTP2" of the gRPC project says. What is
/// no gRPC at all is answered by HTTP's own status; everything else by 200 and <c>grpc-status</c>.
/// </summary>
internal sealed partial class GrpcApplication(
    IReadOnlyDictionary<string, ServerMethod> methods, GrpcServerOptions options, CancellationToken stopping, ILogger log)
    : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // Kestrel owns all that the context refers to.
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = HttpMethods.Post;
        }
        else if (!HeaderNames.IsGrpc(context.Request.ContentType))
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            context.Response.Headers.Accept = HeaderNames.ContentType;
        }
        else
        {
            await AnswerAsync(context);
        }
    }

    private async Task AnswerAsync(HttpContext http)
    {
        if (options.Admit?.Invoke(http.Connection.RemoteIpAddress) is { } error)
        {
            End(http, error.Status, error.Trailers);
            return;
        }

        var path = http.Request.Path.Value ?? "";
        if (!methods.TryGetValue(path, out var method))
        {
            End(http, new Status(StatusCode.Unimplemented, $"There is no method '{Shorten(path)}' here."), []);
            return;
        }

        var start = Stopwatch.GetTimestamp();
        var status = await RunAsync(http, path, method);
        options.Completed?.Invoke(new CallReport(path, status.StatusCode, Stopwatch.GetElapsedTime(start), method.IsStreaming));
    }

    private async Task<Status> RunAsync(HttpContext http, string path, ServerMethod method)
    {
        if (Refuse(http, out var timeout, out var headers) is { } refused)
        {
            End(http, refused, []);
            return refused;
        }

        using var call = new ServerCall(http, path, timeout, headers, options, stopping);
        var (status, trailers) = await WorkAsync(call, method);
        if (!call.IsGone)
            End(http, status, trailers);
        return status;
    }

    private async Task<(Status Status, Metadata Trailers)> WorkAsync(ServerCall call, ServerMethod method)
    {
        try
        {
            await method.Run(call);
            return (Status.DefaultSuccess, call.Context.ResponseTrailers);
        }
        catch (RpcException error)
        {
            return (error.Status, error.Trailers);
        }
        catch (Exception error) when (call.Context.CancellationToken.IsCancellationRequested
            && error is OperationCanceledException or IOException)
        {
            return (call.StatusOfCancellation(), []);
        }
        catch (Exception error) when (options.Translate?.Invoke(error) is { } translated)
        {
            return (translated.Status, translated.Trailers);
        }
        catch (Exception error)
        {
            LogFailed(call.Context.Method, call.Context.Peer, error);
            return (new Status(StatusCode.Internal, "The server failed to answer. Its log has the reason."), []);
        }
    }

    /// <summary>What is wrong with a call before its first message; null when nothing is.</summary>
    private static Status? Refuse(HttpContext http, out TimeSpan? timeout, out Metadata headers)
    {
        timeout = null;
        headers = [];
        var given = http.Request.Headers;
        if (given[HeaderNames.Encoding] is [{ } encoding] && encoding != HeaderNames.Identity)
        {
            http.Response.Headers[HeaderNames.AcceptEncoding] = HeaderNames.Identity;
            return new Status(StatusCode.Unimplemented, $"The compression '{Shorten(encoding)}' is not taken here: only {HeaderNames.Identity}.");
        }

        if (given[HeaderNames.Timeout] is [{ } text])
        {
            if (!GrpcTimeout.TryParse(text, out var time))
                return new Status(StatusCode.Internal, $"{HeaderNames.Timeout} is '{Shorten(text)}'; up to eight digits and one of H, M, S, m, u, n are needed.");
            timeout = time;
        }

        return HeaderNames.TryRead(given.SelectMany(header => header.Value, (header, value) => KeyValuePair.Create(header.Key, value ?? "")), out headers, out var bad)
            ? null
            : new Status(StatusCode.Internal, $"The header {Shorten(bad)} is not base64.");
    }

    /// <summary>The status behind the messages, or, when none was written, in place of them (Trailers-Only).</summary>
    private static void End(HttpContext http, Status status, Metadata trailers)
    {
        var response = http.Response;
        if (!response.HasStarted)
            response.ContentType = HeaderNames.ContentType;
        var target = response.HasStarted ? http.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers : response.Headers;
        target[HeaderNames.Status] = ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture);
        if (status.Detail is { Length: > 0 } detail)
            target[HeaderNames.Message] = StatusMessage.Encode(detail);
        foreach (var entry in trailers)
            target.Append(entry.Key, entry.Value ?? HeaderNames.EncodeBytes(entry.ValueBytes!));
    }

    private static string Shorten(string text) => text.Length <= 100 ? text : text[..100] + "…";

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed for {Peer}")]
    private partial void LogFailed(string method, string peer, Exception error);
}
