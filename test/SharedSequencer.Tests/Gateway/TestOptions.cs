using System.Net;
using SharedSequencer.Gateway.Configuration;
using SharedSequencer.Hosting.Configuration;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Gateway;

internal static class TestOptions
{
    /// <summary>The defaults, and addresses that nothing listens on.</summary>
    public static GatewayOptions Create() => new()
    {
        Listen = new ListenAddress(IPAddress.Loopback, 0),
        NodeUrl = new Uri("http://127.0.0.1:9"),
        GethUrl = new Uri("http://127.0.0.1:9"),
        Namespace = NamespaceId.OfName("alpha"),
        NamespaceText = "alpha",
        KeyFile = "/home/keys/gateway.key",
    };
}
