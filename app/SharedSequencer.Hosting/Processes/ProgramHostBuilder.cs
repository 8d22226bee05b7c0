using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SharedSequencer.Hosting.Configuration;
using SharedSequencer.Hosting.Health;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Hosting.Logging;
using SharedSequencer.Hosting.Metrics;

namespace SharedSequencer.Hosting.Processes;

/// <summary>Gathers services, readiness checks and endpoints of a program, then builds its host.</summary>
public sealed class ProgramHostBuilder
{
    private readonly ProgramHostOptions _options;
    private readonly WebApplicationBuilder _builder;
    private readonly List<Action<WebApplication>> _endpoints = [];
    private readonly List<Func<IServiceProvider, ReadinessCheck>> _checks = [];

    public ProgramHostBuilder(ProgramHostOptions options)
    {
        foreach (var listener in options.Listeners)
        {
            if (listener.BearerToken is not null && !listener.Address.IsLoopback)
                throw new ConfigurationException($"The {listener.Name} listener is private and must be on loopback; it is set to {listener.Address}.");
        }

        _options = options;

        // The empty builder reads no variables or files of its own: what configures a program is its catalogue alone.
        _builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = options.Program });
        _builder.Logging.ClearProviders();
        _builder.Logging.SetMinimumLevel(options.LogLevel);
        _builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        _builder.Logging.AddFilter("System", LogLevel.Warning);
        _builder.Logging.AddProvider(new LineLoggerProvider(options.LogOutput ?? Console.Out, TimeProvider.System, options.LogLevel));
        _builder.Services.AddRoutingCore();
        _builder.Services.AddMetrics();
        _builder.Services.AddSingleton(TimeProvider.System);
        _builder.Services.AddSingleton<FatalError>();
        _builder.Services.AddSingleton<JsonAnswers>();
        _builder.Services.AddSingleton(_ => new ClientRateLimit(
            options.RequestsPerSecond, Math.Max(1, options.RequestsPerSecond * ProgramHostOptions.BurstSeconds), TimeProvider.System));
        _builder.Services.AddSingleton(_ => new PrometheusExporter(options.MeterPrefixes));
        _builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = options.StopDeadline);
        var connections = new ClientConnections(options.MaximumConnectionsPerClient);
        _builder.Services.AddSingleton(connections);
        _builder.WebHost.UseKestrelCore();
        _builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaximumRequestBytes;
            kestrel.Limits.MaxConcurrentConnections = options.MaximumConnections;

            // A large answer is held in memory until it is taken: who reads more slowly is cut off.
            kestrel.Limits.MinResponseDataRate = new MinDataRate(16 * 1024, TimeSpan.FromSeconds(15));
            foreach (var listener in options.Listeners)
            {
                kestrel.Listen(new IPEndPoint(listener.Address.Address, listener.Address.Port), listen =>
                {
                    listen.Protocols = listener.Protocols;
                    listen.Use(next => connection =>
                    {
                        connection.Features.Set(listener);
                        return listener.BearerToken is null
                            ? connections.CountAsync(connection, next, listener.Protocols != HttpProtocols.Http2)
                            : next(connection);
                    });
                });
            }
        });
    }

    public IServiceCollection Services => _builder.Services;

    /// <summary>Adds endpoints; see <see cref="ListenerConventions"/> for who serves them.</summary>
    public ProgramHostBuilder Map(Action<WebApplication> map)
    {
        _endpoints.Add(map);
        return this;
    }

    /// <summary>Adds a check of <c>/readyz</c>.</summary>
    public ProgramHostBuilder ReadyWhen(Func<IServiceProvider, ReadinessCheck> check)
    {
        _checks.Add(check);
        return this;
    }

    public ProgramHost Build()
    {
        var app = _builder.Build();
        app.Services.GetRequiredService<PrometheusExporter>();
        app.UseMiddleware<CrossOrigin>();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseMiddleware<HeadRequests>();
        app.UseRouting();
        app.UseMiddleware<ListenerGuard>();
        app.UseMiddleware<ClientRateMiddleware>();
        HealthEndpoints.Map(app, [.. _checks.Select(c => c(app.Services))], app.Services.GetRequiredService<PrometheusExporter>());
        foreach (var map in _endpoints)
            map(app);
#pragma warning disable ASP0014 // Without it, routing would run after the guard.
        app.UseEndpoints(_ => { });
#pragma warning restore ASP0014
        return new ProgramHost(_options, app);
    }
}
