using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using SharedSequencer.Api;

namespace SharedSequencer.Hosting.Http;

/// <summary>Serves each endpoint on its own listener, and asks for the token of a private one.</summary>
internal sealed class ListenerGuard(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var listener = context.Features.Get<Listener>()
            ?? throw new InvalidOperationException("The connection does not know its listener.");
        if (listener.BearerToken is { } token && !IsAuthorized(context.Request, token))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return Problems.WriteAsync(context, Problems.Of(
                StatusCodes.Status401Unauthorized, ProblemCodes.Unauthorized, "Unauthorized",
                "Send the token of this listener as 'Authorization: Bearer …'; the program wrote it into a file in its home folder."));
        }

        var endpoint = context.GetEndpoint();
        var binding = endpoint?.Metadata.GetMetadata<ListenerBinding>();
        var serves = binding is null ? listener.BearerToken is null : binding.Listener is null || binding.Listener == listener.Name;
        if (endpoint is not null && !serves)
            context.SetEndpoint(null);
        return next(context);
    }

    private static bool IsAuthorized(HttpRequest request, string token)
    {
        // Hashes have one length: comparing them tells nothing about the token.
        var given = request.Headers.Authorization.ToString();
        return CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes("Bearer " + token)));
    }
}
