using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Hosting.Metrics;

namespace SharedSequencer.Hosting.Health;

/// <summary><c>/healthz</c> (the process answers), <c>/readyz</c> (it can serve) and <c>/metrics</c>, on every listener.</summary>
internal static class HealthEndpoints
{
    private static readonly TimeSpan s_checkDeadline = TimeSpan.FromSeconds(2);

    public static void Map(IEndpointRouteBuilder routes, IReadOnlyList<ReadinessCheck> checks, PrometheusExporter metrics)
    {
        routes.MapGet("/healthz", (RequestDelegate)(context => WriteTextAsync(context, "text/plain", "ok\n"))).OnEveryListener();
        routes.MapGet("/metrics", (RequestDelegate)(context => WriteTextAsync(context, PrometheusText.ContentType, metrics.Write()))).OnEveryListener();
        routes.MapGet("/readyz", (RequestDelegate)(async context =>
        {
            var report = await RunAsync(checks, context.RequestAborted);
            context.Response.StatusCode = report.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsJsonAsync(report, HealthJson.Default.ReadinessReport);
        })).OnEveryListener();
    }

    private static async Task<ReadinessReport> RunAsync(IReadOnlyList<ReadinessCheck> checks, CancellationToken cancellation)
    {
        var results = await Task.WhenAll(checks.Select(check => RunAsync(check, cancellation)));
        return new ReadinessReport(results.All(r => r.Ready), results);
    }

    private static async Task<ReadinessResult> RunAsync(ReadinessCheck check, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(s_checkDeadline);
        try
        {
            var reason = await check.CheckAsync(deadline.Token).AsTask().WaitAsync(deadline.Token);
            return new ReadinessResult(check.Name, reason is null, reason);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new ReadinessResult(check.Name, false, $"The check did not answer within {s_checkDeadline.TotalSeconds} s.");
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return new ReadinessResult(check.Name, false, $"The check failed: {error.Message}");
        }
    }

    private static Task WriteTextAsync(HttpContext context, string contentType, string text)
    {
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}

/// <summary>The JSON form of <c>/readyz</c>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReadinessReport))]
public sealed partial class HealthJson : JsonSerializerContext;
