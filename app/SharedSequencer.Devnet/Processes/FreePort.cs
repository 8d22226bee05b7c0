using System.Net;
using System.Net.Sockets;

namespace SharedSequencer.Devnet.Processes;

/// <summary>TCP ports on loopback.</summary>
public static class FreePort
{
    /// <summary>
    /// Below what Linux gives to outgoing connections (net.ipv4.ip_local_port_range): from there, any client on the machine
    /// could take a port before the program that it is meant for listens on it.
    /// </summary>
    internal const int End = 32_768;

    internal const int First = 20_000;

    private static readonly HashSet<int> s_given = [];

    /// <summary>A port that nothing listens on at this moment, and another one each time.</summary>
    public static int Next()
    {
        lock (s_given)
        {
            while (true)
            {
                if (s_given.Count > (End - First) / 2)
                    s_given.Clear();
                var port = Random.Shared.Next(First, End);
                if (s_given.Add(port) && IsFree(port))
                    return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
