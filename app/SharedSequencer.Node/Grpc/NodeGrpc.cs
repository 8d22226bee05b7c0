using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SharedSequencer.Api;
using SharedSequencer.Grpc.Server;
using SharedSequencer.Hosting.Configuration;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Node.Api;
using SharedSequencer.Node.Configuration;
using SharedSequencer.Node.Metrics;
using SharedSequencer.Node.Slices;
using SharedSequencer.Node.Views;

namespace SharedSequencer.Node.Grpc;

/// <summary>The node's gRPC server: the same views as HTTP's endpoints have, under the same limits.</summary>
internal static class NodeGrpc
{
    /// <summary>A batch with its framing.</summary>
    private const int RequestBytes = TransactionViews.BatchBytes + (64 * 1024);

    /// <summary>A slice is never divided, and small entries take more room in an answer than in a block. Clients have bounds of their own.</summary>
    public const int ResponseBytes = 512 * 1024 * 1024;

    public static void AddServices(IServiceCollection services, ListenAddress address)
    {
        services.AddSingleton<StreamBatches<MessageForm>>();
        services.AddSingleton<SequencerGrpc>();
        services.AddSingleton(provider => new GrpcServer(
            OptionsOf(provider, address),
            [GrpcService.Of(Sequencer.V1.ServiceReflection.Descriptor.Services[0], provider.GetRequiredService<SequencerGrpc>())],
            provider.GetRequiredService<ILoggerFactory>()));
        services.AddHostedService<GrpcListener>();
        services.AddHostedService<GrpcHealth>();
    }

    private static GrpcServerOptions OptionsOf(IServiceProvider provider, ListenAddress address)
    {
        var options = provider.GetRequiredService<NodeOptions>();
        var budget = provider.GetRequiredService<ByteBudget>();
        var metrics = provider.GetRequiredService<NodeMetrics>();
        var rate = provider.GetRequiredService<ClientRateLimit>();
        var connections = provider.GetRequiredService<ClientConnections>();
        return new GrpcServerOptions
        {
            Listen = new IPEndPoint(address.Address, address.Port),
            MaximumConnections = options.MaximumConnections,
            MaximumRequestBytes = RequestBytes,
            MaximumResponseBytes = ResponseBytes,
            Reserve = bytes => budget.TryTake(bytes),
            Connection = (connection, next) => connections.CountAsync(connection, next, speaksHttp1: false),
            Admit = client => rate.Take(ClientAddress.Of(client)) is var wait && wait > TimeSpan.Zero
                ? ProblemStatus.Of(Problems.Of(
                    StatusCodes.Status429TooManyRequests, ProblemCodes.TooManyRequests, "Too many requests",
                    $"Your address makes more than the {rate.PerSecond} calls a second that are allowed here on average. Make fewer, and go on in {Math.Ceiling(wait.TotalSeconds)} s."))
                : null,
            Translate = error => error is ProblemException problem ? ProblemStatus.Of(problem.Problem) : null,
            Completed = report =>
            {
                // A stream's end says nothing about how fast this node answers.
                if (!report.IsStreaming)
                    metrics.GrpcCall(report.Method, report.StatusCode.ToString(), report.Duration);
            },
        };
    }
}
