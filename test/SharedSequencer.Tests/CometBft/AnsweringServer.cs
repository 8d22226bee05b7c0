using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SharedSequencer.Tests.CometBft;

/// <summary>An RPC server that answers what a test wants, the dishonest and the broken included.</summary>
internal sealed class AnsweringServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private AnsweringServer(WebApplication application) => _application = application;

    public string Address => _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<AnsweringServer> StartAsync(Func<HttpContext, JsonElement, Task> answer, string? socketPath = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            if (socketPath is null)
                kestrel.Listen(IPAddress.Loopback, 0);
            else
                kestrel.ListenUnixSocket(socketPath);
        });
        var application = builder.Build();
        application.Run(async context =>
        {
            using var request = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            await answer(context, request.RootElement);
        });
        await application.StartAsync();
        return new AnsweringServer(application);
    }

    /// <summary>A server that gives each call the result made from its method and parameters.</summary>
    public static Task<AnsweringServer> WithResultsAsync(Func<string, JsonElement, string> result, string? socketPath = null) =>
        StartAsync(
            (context, request) => context.Response.WriteAsync(
                $$"""{"jsonrpc":"2.0","id":{{request.GetProperty("id").GetInt32()}},{{result(request.GetProperty("method").GetString()!, request.GetProperty("params"))}}}"""),
            socketPath);

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }
}
