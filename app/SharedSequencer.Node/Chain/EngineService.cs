using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SharedSequencer.Abci;
using SharedSequencer.Engine;
using SharedSequencer.Hosting.Processes;
using SharedSequencer.Node.Configuration;

namespace SharedSequencer.Node.Chain;

/// <summary>
/// Runs the embedded engine beside the application. It dials the node's own ABCI server as CometBFT would; nothing in
/// the node knows the difference. Started after that server, stopped before it.
/// </summary>
internal sealed class EngineService(NodeOptions options, AbciServer server, FatalError fatal, ILoggerFactory logging) : IHostedService
{
    private EmbeddedEngine? _engine;

    /// <exception cref="EngineException">It cannot run on what is there.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _engine = await EmbeddedEngine.OpenAsync(
            new EngineOptions { Home = new EngineHome(options.Home.Engine), Application = Server(), Rpc = options.CometRpc },
            logging,
            cancellationToken);
        _ = WatchAsync(_engine);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_engine is not null)
            await _engine.DisposeAsync();
    }

    private async Task WatchAsync(EmbeddedEngine engine)
    {
        try
        {
            await engine.RunAsync();
        }
        catch (Exception error)
        {
            fatal.Stop("The embedded engine failed.", error);
        }
    }

    private EndPoint Server()
    {
        if (server.Address.UnixPath is { } path)
            return new UnixDomainSocketEndPoint(path);
        var tcp = server.Address.Tcp!;
        if (tcp.Address.Equals(IPAddress.Any))
            return new IPEndPoint(IPAddress.Loopback, tcp.Port);
        return tcp.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.IPv6Loopback, tcp.Port) : tcp;
    }
}
