using SharedSequencer.Grpc.Calls;

namespace SharedSequencer.Grpc.Server;

/// <summary>What a server's method knows of its call beside the request.</summary>
public sealed class ServerCallContext
{
    internal ServerCallContext(string method, string peer, DateTime deadline, Metadata requestHeaders, CancellationToken cancellation)
    {
        Method = method;
        Peer = peer;
        Deadline = deadline;
        RequestHeaders = requestHeaders;
        CancellationToken = cancellation;
    }

    /// <summary><c>/package.Service/Method</c></summary>
    public string Method { get; }

    /// <summary>The caller's address.</summary>
    public string Peer { get; }

    /// <summary>By this machine's clock (UTC); <see cref="DateTime.MaxValue"/> when the caller waits for ever.</summary>
    public DateTime Deadline { get; }

    public Metadata RequestHeaders { get; }

    /// <summary>
    /// Cancelled when the caller is gone, was too slow, the deadline has passed, or the server stops. A method must end soon
    /// after it: the call is answered when it has.
    /// </summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Sent behind the answer.</summary>
    public Metadata ResponseTrailers { get; } = [];
}
