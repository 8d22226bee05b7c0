using System.Net;
using System.Net.Sockets;

namespace SharedSequencer.CometBft.Rpc;

/// <summary>Where an RPC listens, read from CometBFT's own form of an address.</summary>
internal sealed record RpcEndpoint(Uri Url, string? SocketPath)
{
    /// <exception cref="ArgumentException">The text is no such address.</exception>
    public static RpcEndpoint Parse(string address)
    {
        const string Unix = "unix://";
        if (address.StartsWith(Unix, StringComparison.Ordinal) && address.Length > Unix.Length)
            return new RpcEndpoint(new Uri("http://localhost/"), address[Unix.Length..]);

        var text = address.StartsWith("tcp://", StringComparison.Ordinal) ? "http://" + address["tcp://".Length..] : address;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            return new RpcEndpoint(url, null);
        throw new ArgumentException(
            $"'{address}' is no RPC address. Give http://host:port, or unix:///path for a socket.", nameof(address));
    }

    public SocketsHttpHandler CreateHandler(CometRpcOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            MaxConnectionsPerServer = options.MaximumConnections,
            ConnectTimeout = options.Timeout,
            AutomaticDecompression = DecompressionMethods.None,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
        };
        if (SocketPath is { } path)
            handler.ConnectCallback = (_, cancellation) => ConnectAsync(path, cancellation);
        return handler;
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
