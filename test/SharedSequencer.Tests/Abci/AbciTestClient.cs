using System.Net.Sockets;
using Google.Protobuf;
using SharedSequencer.Abci;
using SharedSequencer.AbciProto.Abci;

namespace SharedSequencer.Tests.Abci;

/// <summary>The other end of the socket, with the protobuf library's own delimited framing.</summary>
internal sealed class AbciTestClient : IDisposable
{
    private readonly NetworkStream _stream;

    public AbciTestClient(AbciAddress address)
    {
        if (address.UnixPath is { } path)
        {
            Socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            Socket.Connect(new UnixDomainSocketEndPoint(path));
        }
        else
        {
            Socket = new Socket(address.Tcp!.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            Socket.Connect(address.Tcp);
        }

        Socket.ReceiveTimeout = 20_000;
        Socket.SendTimeout = 20_000;
        _stream = new NetworkStream(Socket, ownsSocket: true);
    }

    public Socket Socket { get; }

    public static byte[] Bytes(params IEnumerable<Request> requests)
    {
        using var bytes = new MemoryStream();
        foreach (var request in requests)
            request.WriteDelimitedTo(bytes);
        return bytes.ToArray();
    }

    public void Send(params IEnumerable<Request> requests) => _stream.Write(Bytes(requests));

    public void SendBytes(ReadOnlySpan<byte> bytes) => _stream.Write(bytes);

    public Response Receive() => Response.Parser.ParseDelimitedFrom(_stream);

    public Response Call(Request request)
    {
        Send(request);
        return Receive();
    }

    public byte[] ReceiveAll()
    {
        using var bytes = new MemoryStream();
        _stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>True when the server ends the connection without another byte.</summary>
    public bool IsClosed()
    {
        try
        {
            return _stream.ReadByte() < 0;
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return true;
        }
    }

    public void Dispose() => _stream.Dispose();
}
