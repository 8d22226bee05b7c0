using System.Net;
using SharedSequencer.Grpc.Wire;

namespace SharedSequencer.Grpc.Client;

/// <summary>Bounds of a channel.</summary>
public sealed record GrpcChannelOptions
{
    /// <summary>Bytes of an answer. As large as other clients take by default.</summary>
    public int MaximumReceiveBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Bytes of a request.</summary>
    public int MaximumSendBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long connecting may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>With calls open, a connection on which nothing came for so long is asked whether it lives.</summary>
    public TimeSpan KeepAliveDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long it may take to answer that.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(20);
}

/// <summary>The way to one server: HTTP/2, on <c>http</c> by prior knowledge (h2c). Connects with the first call, and again when it must.</summary>
public sealed class GrpcChannel : IDisposable
{
    private readonly HttpClient _http;
    private readonly GrpcChannelOptions _options;

    private GrpcChannel(Uri address, GrpcChannelOptions options)
    {
        Address = address;
        _options = options;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = options.ConnectTimeout,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = options.KeepAliveDelay,
            KeepAlivePingTimeout = options.KeepAliveTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        })
        {
            BaseAddress = address,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public Uri Address { get; }

    /// <exception cref="ArgumentException">The address is none of http or https.</exception>
    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions? options = null) => address.Scheme is "http" or "https"
        ? new GrpcChannel(address, options ?? new GrpcChannelOptions())
        : throw new ArgumentException($"'{address}' is no address of a gRPC server: http://HOST:PORT is needed.", nameof(address));

    public CallInvoker CreateCallInvoker() => new HttpCallInvoker(_http, _options);

    public void Dispose() => _http.Dispose();
}
