using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Node.Api.Description;
using SharedSequencer.Node.Metrics;
using SharedSequencer.Node.Views;

namespace SharedSequencer.Node.Api;

/// <summary>All endpoints of <c>/v1</c>.</summary>
internal static class NodeApi
{
    public static void AddServices(IServiceCollection services)
    {
        services.AddSingleton<TransactionViews>();
        services.AddSingleton<NamespaceViews>();
        services.AddSingleton<SliceViews>();
        services.AddSingleton<BlockViews>();
        services.AddSingleton<ChainViews>();
        services.AddSingleton<AnchorViews>();
        services.AddSingleton<TransactionEndpoints>();
        services.AddSingleton<NamespaceEndpoints>();
        services.AddSingleton<SliceEndpoints>();
        services.AddSingleton<HistoryEndpoints>();
        services.AddSingleton<BlockEndpoints>();
        services.AddSingleton<ChainEndpoints>();
        services.AddSingleton<AnchorEndpoints>();
        services.AddSingleton<DescriptionEndpoint>();
    }

    public static void Map(WebApplication app)
    {
        var metrics = app.Services.GetRequiredService<NodeMetrics>();
        app.Use(next => context => MeasureAsync(context, next, metrics));
        app.Use(next => context =>
        {
            ContentRules.Check(context);
            return next(context);
        });
        app.Services.GetRequiredService<TransactionEndpoints>().Map(app);
        app.Services.GetRequiredService<NamespaceEndpoints>().Map(app);
        app.Services.GetRequiredService<SliceEndpoints>().Map(app);
        app.Services.GetRequiredService<HistoryEndpoints>().Map(app);
        app.Services.GetRequiredService<BlockEndpoints>().Map(app);
        app.Services.GetRequiredService<ChainEndpoints>().Map(app);
        app.Services.GetRequiredService<AnchorEndpoints>().Map(app);
        app.Services.GetRequiredService<DescriptionEndpoint>().Map(app);
    }

    private static async Task MeasureAsync(HttpContext context, RequestDelegate next, NodeMetrics metrics)
    {
        if (context.GetEndpoint() is not RouteEndpoint { RoutePattern.RawText: { } route })
        {
            await next(context);
            return;
        }

        var start = Stopwatch.GetTimestamp();
        var status = StatusCodes.Status500InternalServerError;
        try
        {
            await next(context);
            status = context.Response.StatusCode;
        }
        catch (ProblemException error)
        {
            status = error.Problem.Status;
            throw;
        }
        catch (BadHttpRequestException error)
        {
            status = error.StatusCode;
            throw;
        }
        finally
        {
            // A stream's end says nothing about how fast this node answers.
            if (context.Response.ContentType != SseStream.ContentType)
                metrics.ApiRequest(route, status, Stopwatch.GetElapsedTime(start));
        }
    }
}
