using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SharedSequencer.Grpc.Services;

namespace SharedSequencer.Grpc.Server;

/// <summary>A gRPC server on a listener of its own. Health and reflection (v1 and v1alpha) are always served.</summary>
public sealed class GrpcServer : IAsyncDisposable
{
    private readonly KestrelServer _kestrel;
    private readonly GrpcApplication _application;
    private readonly CancellationTokenSource _stopping = new();

    /// <param name="services">All that it serves, beside health and reflection.</param>
    /// <exception cref="ArgumentException">A service is named twice.</exception>
    public GrpcServer(GrpcServerOptions options, IReadOnlyList<GrpcService> services, ILoggerFactory loggers)
    {
        Health = new HealthService(services.Select(service => service.Descriptor.FullName));
        List<GrpcService> all = [.. services, GrpcService.Of(Messages.Health.HealthReflection.Descriptor.Services[0], Health)];
        all.AddRange(ReflectionService.Of([.. all.Select(service => service.Descriptor)]));
        var methods = new Dictionary<string, ServerMethod>(StringComparer.Ordinal);
        foreach (var service in all)
        {
            foreach (var (name, method) in service.Methods)
                methods.Add($"/{service.Descriptor.FullName}/{name}", method);
        }

        _application = new GrpcApplication(methods, options, _stopping.Token, loggers.CreateLogger<GrpcServer>());
        _kestrel = new KestrelServer(
            Options.Create(KestrelOptions(options)), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers), loggers);
    }

    /// <summary>What the health service says; until it is told otherwise every service is NOT_SERVING.</summary>
    public HealthService Health { get; }

    /// <summary>Where it listens, once started: also for port 0.</summary>
    public Uri Address => new(_kestrel.Features.Get<IServerAddressesFeature>()?.Addresses.Single()
        ?? throw new InvalidOperationException("The server has no address before it is started."));

    /// <summary>Listens.</summary>
    /// <exception cref="IOException">The address is taken or cannot be bound.</exception>
    public Task StartAsync(CancellationToken cancellation) => _kestrel.StartAsync(_application, cancellation);

    /// <summary>Takes no more calls, ends those that are open with UNAVAILABLE, and closes.</summary>
    /// <param name="cancellation">Cuts off what has not ended by then.</param>
    public async Task StopAsync(CancellationToken cancellation)
    {
        Health.SetAll(isServing: false);
        await _stopping.CancelAsync();
        await _kestrel.StopAsync(cancellation);
    }

    public ValueTask DisposeAsync()
    {
        _kestrel.Dispose();
        _stopping.Dispose();
        return ValueTask.CompletedTask;
    }

    private static KestrelServerOptions KestrelOptions(GrpcServerOptions options)
    {
        var kestrel = new KestrelServerOptions { AddServerHeader = false };

        // Each message has its own bound, and its own deadlines; a quiet stream sends less than any minimum rate.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.MaxConcurrentConnections = options.MaximumConnections;
        kestrel.Limits.Http2.MaxStreamsPerConnection = options.MaximumCallsPerConnection;
        kestrel.Limits.Http2.KeepAlivePingDelay = options.KeepAliveDelay;
        kestrel.Limits.Http2.KeepAlivePingTimeout = options.KeepAliveTimeout;
        kestrel.Listen(new IPEndPoint(options.Listen.Address, options.Listen.Port), listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (options.Connection is { } connection)
                listen.Use(next => context => connection(context, next));
        });
        return kestrel;
    }
}
