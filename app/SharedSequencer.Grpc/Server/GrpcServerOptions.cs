using System.Net;
using Microsoft.AspNetCore.Connections;
using SharedSequencer.Grpc.Calls;

namespace SharedSequencer.Grpc.Server;

/// <summary>A server's address and bounds.</summary>
public sealed record GrpcServerOptions
{
    /// <summary>Where it listens, by HTTP/2 without TLS (h2c, prior knowledge). Port 0 takes any that is free.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>Further connections are closed at once.</summary>
    public long MaximumConnections { get; init; } = 2000;

    /// <summary>
    /// Calls of one connection at a time; a client waits with further ones. With less than 100 clients are refused at first:
    /// so many is what they take for granted until the server has told them.
    /// </summary>
    public int MaximumCallsPerConnection { get; init; } = 100;

    /// <summary>Bytes of a request. As large as other servers take by default.</summary>
    public int MaximumRequestBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Bytes of an answer.</summary>
    public int MaximumResponseBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>A connection on which nothing came for so long is asked whether it lives.</summary>
    public TimeSpan KeepAliveDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long it may take to answer that.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a call's only request, or one of a stream's once it began, may take to arrive.</summary>
    public TimeSpan ReceiveDeadline { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A client that takes longer to accept one message is cut off.</summary>
    public TimeSpan SendDeadline { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Takes so many bytes from a budget that bounds all requests in memory together; null when too little is left. What it
    /// returns is disposed when the request is done with. Null: no common bound.
    /// </summary>
    public Func<int, IDisposable?>? Reserve { get; init; }

    /// <summary>Sees each connection, and hands it on or ends it. Null: all are taken, up to the maximum.</summary>
    public Func<ConnectionContext, ConnectionDelegate, Task>? Connection { get; init; }

    /// <summary>Refuses a call before it is read, by its caller's address; null when it may go on. Null: all may.</summary>
    public Func<IPAddress?, RpcException?>? Admit { get; init; }

    /// <summary>What the owner's own exceptions mean to a caller; null for those that are bugs. Null: all are bugs.</summary>
    public Func<Exception, RpcException?>? Translate { get; init; }

    /// <summary>Told of each call's end.</summary>
    public Action<CallReport>? Completed { get; init; }
}

/// <summary>One call, when it has ended.</summary>
/// <param name="Method"><c>/package.Service/Method</c> of a method that the server has.</param>
/// <param name="IsStreaming">A stream's duration says nothing about how fast the server answers.</param>
public readonly record struct CallReport(string Method, StatusCode StatusCode, TimeSpan Duration, bool IsStreaming);
