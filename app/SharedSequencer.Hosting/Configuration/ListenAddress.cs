using System.Globalization;
using System.Net;

namespace SharedSequencer.Hosting.Configuration;

/// <summary>An IP address and a port to listen on; port 0 takes any that is free.</summary>
public sealed record ListenAddress(IPAddress Address, int Port)
{
    internal const string Allowed = "an address and port such as \"127.0.0.1:8080\", \"[::1]:8080\" or \"0.0.0.0:8080\"";

    public bool IsLoopback => IPAddress.IsLoopback(Address);

    /// <summary>Reads <c>IPv4:port</c>, <c>[IPv6]:port</c> or <c>localhost:port</c>.</summary>
    public static bool TryParse(string text, out ListenAddress value)
    {
        value = null!;
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return false;
        var host = text[..colon];
        if (host.Contains(':') && !(host.StartsWith('[') && host.EndsWith(']')))
            return false;
        if (!IPAddress.TryParse(host == "localhost" ? "127.0.0.1" : host, out var address))
            return false;
        value = new ListenAddress(address, port);
        return true;
    }

    public override string ToString() => new IPEndPoint(Address, Port).ToString();
}
