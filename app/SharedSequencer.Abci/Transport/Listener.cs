using System.Net;
using System.Net.Sockets;

namespace SharedSequencer.Abci.Transport;

/// <summary>Opens the listening socket of an address.</summary>
internal static class Listener
{
    private const int Backlog = 16;

    /// <summary>Binds and listens.</summary>
    /// <returns>The socket, and the address it really has (the kernel's port for port 0).</returns>
    /// <exception cref="IOException">The address cannot be had; the message says why and what to do.</exception>
    public static (Socket Socket, AbciAddress Address) Open(AbciAddress address) =>
        address.UnixPath is { } path ? (OpenUnix(path), address) : OpenTcp(address);

    private static (Socket, AbciAddress) OpenTcp(AbciAddress address)
    {
        var socket = new Socket(address.Tcp!.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(address.Tcp);
            socket.Listen(Backlog);
            return (socket, AbciAddress.OfTcp((IPEndPoint)socket.LocalEndPoint!));
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"Cannot listen on {address}: {e.Message}. Free the port or choose another.", e);
        }
    }

    private static Socket OpenUnix(string path)
    {
        UnixSocketFile.Prepare(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"Cannot listen on the unix socket '{path}': {e.Message}.", e);
        }
    }
}
