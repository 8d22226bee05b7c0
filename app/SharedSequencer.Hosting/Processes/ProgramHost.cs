using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SharedSequencer.Hosting.Configuration;

namespace SharedSequencer.Hosting.Processes;

/// <summary>A running program: its listeners, services and end.</summary>
public sealed partial class ProgramHost : IAsyncDisposable
{
    /// <summary>Exit code when the stop deadline passed (EX_TEMPFAIL of sysexits.h).</summary>
    public const int StopTimedOutExitCode = 75;

    private readonly ProgramHostOptions _options;
    private readonly WebApplication _app;
    private readonly ILogger<ProgramHost> _log;

    internal ProgramHost(ProgramHostOptions options, WebApplication app)
    {
        _options = options;
        _app = app;
        _log = app.Services.GetRequiredService<ILogger<ProgramHost>>();
    }

    public IServiceProvider Services => _app.Services;

    /// <summary>Cancelled when the program begins to stop: for streams that would stay open.</summary>
    public CancellationToken Stopping => _app.Lifetime.ApplicationStopping;

    /// <summary>The URL that a listener was bound to, once started: also for port 0.</summary>
    public Uri UrlOf(string listener)
    {
        var addresses = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses
            ?? throw new InvalidOperationException("The host has no addresses before it is started.");
        var index = _options.Listeners.Select((l, i) => (l, i)).Single(x => x.l.Name == listener).i;
        return new Uri(addresses.ElementAt(index));
    }

    /// <summary>Runs until SIGTERM, SIGINT or <see cref="StopAsync"/>.</summary>
    /// <returns>The process's exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation = default)
    {
        Services.GetRequiredService<FatalError>().CatchUnhandled();
        _app.Lifetime.ApplicationStopping.Register(EnforceDeadline);
        await StartAsync(cancellation);
        await _app.WaitForShutdownAsync(cancellation);
        LogStopped(_options.Program);
        return 0;
    }

    /// <summary>Starts the services and listens.</summary>
    /// <exception cref="ConfigurationException">An address is taken or cannot be bound.</exception>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        try
        {
            await _app.StartAsync(cancellation);
        }
        catch (IOException error)
        {
            throw new ConfigurationException(
                $"{_options.Program} cannot listen: {error.Message} Change the listen address in its configuration, or stop what uses it.");
        }

        foreach (var listener in _options.Listeners)
            LogListening(_options.Program, listener.Name, UrlOf(listener.Name));
    }

    public Task StopAsync(CancellationToken cancellation = default) => _app.StopAsync(cancellation);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>The host waits for its services within its own deadline; what blocks even that is cut off here.</summary>
    private void EnforceDeadline()
    {
        var timer = new Thread(() =>
        {
            if (_app.Lifetime.ApplicationStopped.WaitHandle.WaitOne(_options.StopDeadline + TimeSpan.FromSeconds(1)))
                return;
            LogCutOff(_options.Program, _options.StopDeadline);
            Environment.Exit(StopTimedOutExitCode);
        })
        {
            IsBackground = true,
            Name = "stop deadline",
        };
        timer.Start();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Program} listens ({Listener}) at {Url}")]
    private partial void LogListening(string program, string listener, Uri url);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Program} has stopped")]
    private partial void LogStopped(string program);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Program} did not stop within {Deadline}: cut off")]
    private partial void LogCutOff(string program, TimeSpan deadline);
}
