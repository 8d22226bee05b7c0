using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SharedSequencer.Abci.Calls;
using SharedSequencer.Abci.Scheduling;
using SharedSequencer.Abci.Transport;

namespace SharedSequencer.Abci;

/// <summary>
/// Serves an application to CometBFT over ABCI 2.0's socket protocol: requests and responses with a varint length
/// before each, strictly first in, first out on each connection, any call on any connection.
/// </summary>
/// <remarks>
/// Start it when the application can answer Info: CometBFT dials as soon as it can, and retries every 3 s.
/// </remarks>
public sealed class AbciServer(
    IAbciApplication application,
    AbciServerOptions options,
    IAbciFaultHandler faultHandler,
    ILogger<AbciServer> logger) : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan s_retryAccept = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<AbciConnection, Task> _connections = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly CallRunner _runner = new(application);
    private PreparationPool? _pool;
    private Socket? _listener;
    private AbciAddress? _address;
    private Task _accepting = Task.CompletedTask;
    private int _faulted;
    private long _accepted;

    /// <summary>Where it listens, with the real port; known once it is started.</summary>
    public AbciAddress Address => _address ?? throw new InvalidOperationException("The ABCI server is not started.");

    /// <summary>How many connections are open: CometBFT has four.</summary>
    public int ConnectionCount
    {
        get
        {
            lock (_gate)
                return _connections.Count;
        }
    }

    /// <summary>Bytes of requests that are read and not answered, over all connections.</summary>
    internal long HeldBytes
    {
        get
        {
            lock (_gate)
                return _connections.Keys.Sum(c => c.HeldBytes);
        }
    }

    /// <exception cref="IOException">The address cannot be had; the message says what to do.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is below 1.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        options.Validate();
        (_listener, _address) = Listener.Open(options.Address);
        _pool = new PreparationPool(application, options.PreparationThreads);
        AbciLog.Listening(logger, _address);
        if (_address.Tcp is { } tcp && !IPAddress.IsLoopback(tcp.Address))
            AbciLog.ListensWidely(logger, _address);
        _accepting = AcceptAllAsync(_listener, _pool);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Stops accepting and reading, lets each running call finish and be answered, and closes all connections. A call
    /// that runs longer than <paramref name="cancellationToken"/> allows is left behind and said.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_listener is null || _stopping.IsCancellationRequested)
            return;
        _stopping.Cancel();
        _listener.Dispose();
        CloseConnections();
        await _accepting;

        // Again, for one that was accepted meanwhile.
        var open = CloseConnections();
        var all = Task.WhenAll(open.Select(c => c.Value));
        if (await Task.WhenAny(all, Task.Delay(s_grace, cancellationToken)) != all)
            await CutAsync(open, cancellationToken);
        _pool!.Dispose();
        AbciLog.Stopped(logger, Address);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _stopping.Dispose();
    }

    private async Task AcceptAllAsync(Socket listener, PreparationPool pool)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Open(await listener.AcceptAsync(_stopping.Token), pool);
            }
            catch (Exception e) when (!_stopping.IsCancellationRequested)
            {
                // The peer left again, or the process is out of descriptors or memory: neither is for ever.
                AbciLog.AcceptFailed(logger, e.Message);
                await Task.Delay(s_retryAccept);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private void Open(Socket socket, PreparationPool pool)
    {
        lock (_gate)
        {
            if (_connections.Count >= options.MaxConnections)
            {
                AbciLog.TooMany(logger, options.MaxConnections);
                socket.Dispose();
                return;
            }

            if (socket.ProtocolType == ProtocolType.Tcp)
                socket.NoDelay = true;
            var name = $"{Address} #{++_accepted}";
            var connection = new AbciConnection(socket, name, options, _runner, pool, OnFault, logger);
            AbciLog.Opened(logger, name);
            _connections.Add(connection, ServeAsync(connection));
        }
    }

    private async Task ServeAsync(AbciConnection connection)
    {
        // Yielding first, so that it is in the table before it can leave it.
        await Task.Yield();
        await connection.RunAsync();
        lock (_gate)
            _connections.Remove(connection);
    }

    private void OnFault(AbciFault fault)
    {
        AbciLog.Fault(logger, fault.Report);
        if (Interlocked.Exchange(ref _faulted, 1) != 0)
            return;
        CloseConnections();
        faultHandler.OnFault(fault);
    }

    private KeyValuePair<AbciConnection, Task>[] CloseConnections()
    {
        KeyValuePair<AbciConnection, Task>[] open;
        lock (_gate)
            open = [.. _connections];
        foreach (var (connection, _) in open)
            connection.Stop();
        return open;
    }

    private async Task CutAsync(KeyValuePair<AbciConnection, Task>[] open, CancellationToken cancellationToken)
    {
        foreach (var (connection, _) in open)
            connection.Cut();
        foreach (var (connection, served) in open)
        {
            try
            {
                await served.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                AbciLog.CallOutlivesStop(logger, connection.Name);
            }
        }
    }
}
