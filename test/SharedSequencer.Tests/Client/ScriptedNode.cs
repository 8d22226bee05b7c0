using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;

namespace SharedSequencer.Tests.Client;

/// <summary>An HTTP server on loopback that answers as a test says: for broken, slow and lying nodes.</summary>
internal sealed class ScriptedNode : IAsyncDisposable
{
    private readonly WebApplication _application;

    private ScriptedNode(WebApplication application) => _application = application;

    public Uri Address => new(_application.Urls.Single());

    /// <summary>Every path and query that was asked for, in order.</summary>
    public List<string> Requests { get; } = [];

    public static async Task<ScriptedNode> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var application = builder.Build();
        var node = new ScriptedNode(application);
        application.Run(context =>
        {
            lock (node.Requests)
                node.Requests.Add($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
            return answer(context);
        });
        await application.StartAsync();
        return node;
    }

    /// <summary>One that answers every request with one JSON value.</summary>
    public static Task<ScriptedNode> StartAsync<T>(T value, JsonTypeInfo<T> type) => StartAsync(context => WriteAsync(context, value, type));

    public static Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(value, type)).AsTask();
    }

    public static Task RefuseAsync(HttpContext context, int status, string code, string detail)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = Problem.ContentType;
        var problem = new Problem { Title = "Refused", Status = status, Code = code, Detail = detail };
        return context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(problem, ApiJson.Default.Problem)).AsTask();
    }

    /// <summary>Sends one server-sent event.</summary>
    public static async Task SendAsync<T>(HttpContext context, string name, string? id, T value, JsonTypeInfo<T> type)
    {
        if (!context.Response.HasStarted)
            context.Response.ContentType = "text/event-stream";
        var head = id is null ? $"event: {name}\n" : $"event: {name}\nid: {id}\n";
        await context.Response.WriteAsync($"{head}data: {JsonSerializer.Serialize(value, type)}\n\n");
        await context.Response.Body.FlushAsync();
    }

    public static async Task<byte[]> BodyAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        return body.ToArray();
    }

    public static StatusResponse Status(string chainId = "test-1") => new()
    {
        ChainId = chainId,
        Version = "0.1.0",
        Engine = "cometbft",
        Height = 10,
        Time = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000),
        BlockHash = new string('a', 64),
        AppHash = new string('b', 64),
        EarliestHeight = 1,
        LightHeight = 10,
        PoolCount = 0,
        PoolBytes = 0,
        MaxTransactionLifetime = 86_400,
    };

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
