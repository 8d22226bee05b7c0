using SharedSequencer.Grpc.Server;
using SharedSequencer.Hosting.Processes;
using SharedSequencer.Node.Health;

namespace SharedSequencer.Node.Grpc;

/// <summary>Tells gRPC's health service what <c>/readyz</c> tells.</summary>
internal sealed class GrpcHealth(GrpcServer server, IServiceProvider services, FatalError fatal) : ProgramService(fatal)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    protected override async Task RunAsync(CancellationToken stopping)
    {
        var chain = NodeReadiness.Chain(services);
        var rpc = NodeReadiness.CometRpc(services);
        using var timer = new PeriodicTimer(s_interval);
        do
        {
            var isReady = await chain.CheckAsync(stopping) is null && await rpc.CheckAsync(stopping) is null;
            server.Health.SetAll(isReady && !stopping.IsCancellationRequested);
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }
}
