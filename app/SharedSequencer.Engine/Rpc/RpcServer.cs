using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SharedSequencer.Engine.Events;

namespace SharedSequencer.Engine.Rpc;

/// <summary>
/// CometBFT's RPC: GET with the method as path, POST with JSON-RPC or a batch of it, and WebSocket at <c>/websocket</c>.
/// Like CometBFT's it knows no authentication: it belongs on loopback.
/// </summary>
internal sealed class RpcServer : IAsyncDisposable
{
    /// <summary>CometBFT's rpc.max_body_bytes.</summary>
    public const int MaximumBodyBytes = 1_000_000;

    private const int MaximumBatch = 100;
    private const int SessionsAtMost = 100;
    private const int ConnectionsAtMost = 900;

    private static readonly TimeSpan s_stopDeadline = TimeSpan.FromSeconds(2);

    private readonly WebApplication _app;
    private readonly RpcDispatcher _dispatcher;
    private readonly BlockEvents _events;
    private int _sessions;

    private RpcServer(WebApplication app, RpcDispatcher dispatcher, BlockEvents events)
    {
        _app = app;
        _dispatcher = dispatcher;
        _events = events;
        app.UseWebSockets();
        app.Run(HandleAsync);
    }

    /// <summary>Where it listens, with the real port; a socket's path stays what it was.</summary>
    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <exception cref="EngineException">The address cannot be had.</exception>
    public static async Task<RpcServer> StartAsync(
        string address, RpcDispatcher dispatcher, BlockEvents events, ILoggerFactory logging, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(logging);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = s_stopDeadline);
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaximumBodyBytes;
            kestrel.Limits.MaxConcurrentConnections = ConnectionsAtMost;
            Listen(kestrel, address);
        });
        var server = new RpcServer(builder.Build(), dispatcher, events);
        try
        {
            await server._app.StartAsync(cancellation);
            return server;
        }
        catch (IOException error)
        {
            await server.DisposeAsync();
            throw new EngineException($"The engine's RPC cannot listen on {address}: {error.Message} Free it, or set cometbft.rpc to another address.", error);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void Listen(KestrelServerOptions kestrel, string address)
    {
        const string Unix = "unix://";
        if (address.StartsWith(Unix, StringComparison.Ordinal))
        {
            File.Delete(address[Unix.Length..]);
            kestrel.ListenUnixSocket(address[Unix.Length..]);
            return;
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Port < 0)
            throw new EngineException($"The engine's RPC cannot listen on '{address}': set cometbft.rpc to an address such as http://127.0.0.1:26657.");
        if (IPAddress.TryParse(url.Host.Trim('[', ']'), out var ip))
            kestrel.Listen(ip, url.Port);
        else if (url.IsLoopback)
            kestrel.ListenLocalhost(url.Port);
        else
            throw new EngineException($"The engine's RPC cannot listen on '{address}': give an IP address of this machine, such as 127.0.0.1.");
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Path == "/websocket" && context.WebSockets.IsWebSocketRequest)
            await ServeSessionAsync(context);
        else if (HttpMethods.IsPost(context.Request.Method))
            await AnswerPostAsync(context);
        else if (HttpMethods.IsGet(context.Request.Method))
            await AnswerUriAsync(context);
        else
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
    }

    private async Task AnswerUriAsync(HttpContext context)
    {
        var name = context.Request.Path.Value?.Trim('/') ?? "";
        if (_dispatcher.Find(name) is not { IsForSessions: false } method)
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            context.Response.StatusCode = name.Length == 0 ? StatusCodes.Status200OK : StatusCodes.Status404NotFound;
            await context.Response.WriteAsync(
                name.Length == 0 ? $"Methods: {string.Join(", ", _dispatcher.Names)}\n" : "404 page not found\n", context.RequestAborted);
            return;
        }

        try
        {
            var call = new RpcCall(RpcParameters.Of(context.Request.Query), default, null, context.RequestAborted);
            await WriteAsync(context, StatusCodes.Status200OK, RpcDispatcher.Succeeded(default, await method.Run(call)));
        }
        catch (RpcException error)
        {
            await WriteAsync(context, StatusCodes.Status500InternalServerError, RpcDispatcher.Failed(default, error));
        }
    }

    private async Task AnswerPostAsync(HttpContext context)
    {
        JsonDocument document;
        try
        {
            document = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        }
        catch (JsonException error)
        {
            await WriteAsync(context, StatusCodes.Status500InternalServerError, RpcDispatcher.Failed(default, RpcException.Parse(error.Message)));
            return;
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException error)
        {
            context.Response.StatusCode = error.StatusCode;
            return;
        }

        using (document)
        {
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Array)
            {
                if (await _dispatcher.AnswerAsync(root, null, context.RequestAborted) is { } answer)
                    await WriteAsync(context, StatusCodes.Status200OK, answer);
                return;
            }

            if (root.GetArrayLength() > MaximumBatch)
            {
                await WriteAsync(
                    context,
                    StatusCodes.Status500InternalServerError,
                    RpcDispatcher.Failed(default, RpcException.Parse($"a batch has at most {MaximumBatch} requests")));
                return;
            }

            var answers = new List<byte[]>();
            foreach (var request in root.EnumerateArray())
            {
                if (await _dispatcher.AnswerAsync(request, null, context.RequestAborted) is { } answer)
                    answers.Add(answer);
            }

            if (answers.Count > 0)
                await WriteAsync(context, StatusCodes.Status200OK, RpcDispatcher.Join(answers));
        }
    }

    private async Task ServeSessionAsync(HttpContext context)
    {
        if (Interlocked.Increment(ref _sessions) > SessionsAtMost)
        {
            Interlocked.Decrement(ref _sessions);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        try
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _app.Lifetime.ApplicationStopping);
            await new SubscriberSession(socket, _dispatcher, _events).RunAsync(ending.Token);
        }
        finally
        {
            Interlocked.Decrement(ref _sessions);
        }
    }

    private static async Task WriteAsync(HttpContext context, int status, byte[] json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json, context.RequestAborted);
    }
}
