using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SharedSequencer.Hosting.Configuration;

namespace SharedSequencer.Hosting.Http;

/// <summary>A socket that the program listens on.</summary>
/// <param name="Name">By it endpoints are bound to a listener: <see cref="ListenerConventions.OnListener"/>.</param>
public sealed record Listener(string Name, ListenAddress Address)
{
    /// <summary>HTTP/1.1; HTTP/2 without TLS (h2c) needs a listener of its own.</summary>
    public HttpProtocols Protocols { get; init; } = HttpProtocols.Http1;

    /// <summary>
    /// A token that every request must carry as <c>Authorization: Bearer …</c>. Such a listener is private: it is refused
    /// on anything but loopback, and serves only the endpoints that name it, and health.
    /// </summary>
    public string? BearerToken { get; init; }
}

/// <summary>Binds endpoints to listeners. Without a binding an endpoint is served by every listener that is not private.</summary>
public static class ListenerConventions
{
    /// <summary>Serves the endpoint on the named listener alone.</summary>
    public static TBuilder OnListener<TBuilder>(this TBuilder endpoint, string name)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.Add(builder => builder.Metadata.Add(new ListenerBinding(name)));
        return endpoint;
    }

    /// <summary>Serves the endpoint on private listeners too.</summary>
    public static TBuilder OnEveryListener<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.Add(builder => builder.Metadata.Add(new ListenerBinding(null)));
        return endpoint;
    }
}

/// <param name="Listener">Null: every listener.</param>
internal sealed record ListenerBinding(string? Listener);
