using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using SharedSequencer.Grpc.Calls;
using SharedSequencer.Grpc.Client;
using SharedSequencer.Grpc.Server;

namespace SharedSequencer.Tests.Grpc;

/// <summary>The echo service on a real server at a free port of loopback, with a client.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient _raw;

    private EchoServer(GrpcServer server, EchoService service, ConcurrentQueue<CallReport> reports, GrpcChannelOptions? options)
    {
        Server = server;
        Service = service;
        Reports = reports;
        Channel = GrpcChannel.ForAddress(server.Address, options);
        Invoker = Channel.CreateCallInvoker();
        _raw = new HttpClient(new SocketsHttpHandler()) { BaseAddress = server.Address, Timeout = Patience };
    }

    public static Method<EchoRequest, EchoResponse> Say { get; } = Method<EchoRequest, EchoResponse>.Of(EchoReflection.Descriptor.Services[0], "Say");

    public static Method<EchoRequest, EchoResponse> Repeat { get; } = Method<EchoRequest, EchoResponse>.Of(EchoReflection.Descriptor.Services[0], "Repeat");

    public GrpcServer Server { get; }

    public EchoService Service { get; }

    public ConcurrentQueue<CallReport> Reports { get; }

    public GrpcChannel Channel { get; }

    public CallInvoker Invoker { get; }

    public static async Task<EchoServer> StartAsync(Func<GrpcServerOptions, GrpcServerOptions>? change = null, GrpcChannelOptions? client = null)
    {
        var service = new EchoService();
        var reports = new ConcurrentQueue<CallReport>();
        var options = new GrpcServerOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0), Completed = reports.Enqueue };
        var server = new GrpcServer(
            change?.Invoke(options) ?? options, [GrpcService.Of(EchoReflection.Descriptor.Services[0], service)], NullLoggerFactory.Instance);
        await server.StartAsync(CancellationToken.None);
        return new EchoServer(server, service, reports, client);
    }

    /// <summary>A deadline that only a broken test reaches.</summary>
    public static CallOptions Soon => new(Deadline: DateTime.UtcNow + Patience);

    public AsyncUnaryCall<EchoResponse> SayAsync(EchoRequest request, CallOptions? options = null) =>
        Invoker.AsyncUnaryCall(Say, options ?? Soon, request);

    public AsyncServerStreamingCall<EchoResponse> RepeatAsync(EchoRequest request, CallOptions? options = null) =>
        Invoker.AsyncServerStreamingCall(Repeat, options ?? Soon, request);

    /// <summary>Sends bytes as a foreign client could; the answer's status is in its headers or its trailers.</summary>
    public async Task<(HttpResponseMessage Response, string? Status)> SendRawAsync(
        string path, byte[] body, string contentType = "application/grpc", HttpMethod? method = null, params (string Name, string Value)[] headers)
    {
        var message = new HttpRequestMessage(method ?? HttpMethod.Post, path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = method == HttpMethod.Get ? null : new ByteArrayContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) } },
        };
        foreach (var (name, value) in headers)
            message.Headers.TryAddWithoutValidation(name, value);
        var response = await _raw.SendAsync(message);
        await response.Content.ReadAsByteArrayAsync();
        var from = response.Headers.Contains("grpc-status") ? response.Headers : response.TrailingHeaders;
        return (response, from.TryGetValues("grpc-status", out var values) ? values.Single() : null);
    }

    /// <summary>A message with its prefix.</summary>
    public static byte[] Framed(IMessage message, byte flag = 0)
    {
        var bytes = message.ToByteArray();
        return [flag, (byte)(bytes.Length >> 24), (byte)(bytes.Length >> 16), (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
    }

    /// <summary>Waits until something holds.</summary>
    public static async Task UntilAsync(string what, Func<bool> holds)
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!holds())
        {
            if (deadline.IsCancellationRequested)
                Assert.Fail($"It did not come to this: {what}.");
            await timer.WaitForNextTickAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _raw.Dispose();
        Channel.Dispose();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await Server.StopAsync(deadline.Token);
        await Server.DisposeAsync();
    }
}
