using Microsoft.AspNetCore.Http;

namespace SharedSequencer.Hosting.Http;

/// <summary>Answers HEAD wherever GET is answered: the same headers, and the server leaves the body away (RFC 9110 §9.3.2).</summary>
internal sealed class HeadRequests(RequestDelegate next)
{
    private static readonly object s_mark = new();

    /// <summary>True when the client asked for the headers alone.</summary>
    public static bool IsHead(HttpContext context) => context.Items.ContainsKey(s_mark);

    public async Task InvokeAsync(HttpContext context)
    {
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await next(context);
            return;
        }

        context.Items[s_mark] = true;
        context.Request.Method = HttpMethods.Get;
        try
        {
            await next(context);
        }
        finally
        {
            context.Request.Method = HttpMethods.Head;
        }
    }
}
