using System.Net;
using System.Net.Sockets;

namespace SharedSequencer.Devnet.Processes;

/// <summary>TCP ports on loopback.</summary>
public static class FreePort
{
    /// <summary>A port that nothing listens on at this moment, given by the kernel.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
