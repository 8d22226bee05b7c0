using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SharedSequencer.Grpc.Server;

namespace SharedSequencer.Node.Grpc;

/// <summary>Listens as long as the program runs.</summary>
internal sealed partial class GrpcListener(GrpcServer server, ILogger<GrpcListener> log) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await server.StartAsync(cancellationToken);
        LogListening(server.Address);
    }

    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);

    [LoggerMessage(Level = LogLevel.Information, Message = "sequencer listens (grpc) at {Url}")]
    private partial void LogListening(Uri url);
}
