using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace SharedSequencer.Hosting.Http;

/// <summary>
/// CORS for public listeners: any page may read and post, as nothing here goes by cookies or other credentials that a
/// browser adds. Preflights are answered whatever the path.
/// </summary>
internal sealed class CrossOrigin(RequestDelegate next)
{
    private const string Exposed = "ETag, Retry-After, Allow";

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<Listener>() is not { BearerToken: null } listener || listener.Protocols == HttpProtocols.Http2)
            return next(context);
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            var headers = context.Response.Headers;
            headers.AccessControlAllowOrigin = "*";
            headers.AccessControlAllowMethods = "GET, HEAD, POST, OPTIONS";
            headers.AccessControlAllowHeaders = "*";
            headers.AccessControlMaxAge = "86400";
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }

        // At the last moment: an error's answer clears the headers.
        context.Response.OnStarting(
            static state =>
            {
                var headers = ((HttpContext)state).Response.Headers;
                headers.AccessControlAllowOrigin = "*";
                headers.AccessControlExposeHeaders = Exposed;
                return Task.CompletedTask;
            },
            context);
        return next(context);
    }
}
