using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SharedSequencer.Api;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Node.Anchors;
using SharedSequencer.Node.Views;

namespace SharedSequencer.Node.Api;

/// <summary><c>/v1/anchors</c>: read by everyone, written by the relayer on the admin listener.</summary>
public sealed class AnchorEndpoints(AnchorViews views, AnchorService anchors, RequestBody bodies)
{
    /// <summary>The listener that takes reports.</summary>
    public const string AdminListener = "admin";

    // Two transactions of 1 MB in hex at the most, and about a thousand headers.
    private const int ReportBytes = 5 * 1024 * 1024;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/anchors", (RequestDelegate)GetAsync);
        routes.MapGet("/v1/anchors/latest", (RequestDelegate)GetLatestAsync);
        routes.MapPost("/v1/anchors", (RequestDelegate)ReportAsync).OnListener(AdminListener);
        routes.MapPost("/v1/anchors/lost", (RequestDelegate)LoseAsync).OnListener(AdminListener);
    }

    private Task GetAsync(HttpContext context)
    {
        if (Parameters.Query(context, "height") is null)
            throw Answer.BadRequest("?height= is needed; the newest anchor is at /v1/anchors/latest.");
        var height = (long)Parameters.Number(context, "height", 1, 1, long.MaxValue);
        return Answer.JsonAsync(context, views.Of(height), ApiJson.Default.AnchorResponse);
    }

    private Task GetLatestAsync(HttpContext context) => Answer.JsonAsync(context, views.Latest(), ApiJson.Default.AnchorResponse);

    private Task ReportAsync(HttpContext context) => bodies.UseAsync(context, ReportBytes, async body =>
    {
        var anchor = await anchors.ReportAsync(Read(body.Span, ApiJson.Default.AnchorEvidence), context.RequestAborted);
        await Answer.JsonAsync(context, anchor, ApiJson.Default.AnchorResponse);
    });

    private Task LoseAsync(HttpContext context) => bodies.UseAsync(context, ReportBytes, body =>
    {
        anchors.Lose(Read(body.Span, ApiJson.Default.AnchorLostReport));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    });

    private static T Read<T>(ReadOnlySpan<byte> body, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, type) ?? throw Answer.BadRequest("The body is null.");
        }
        catch (JsonException error)
        {
            throw Answer.BadRequest($"The body is no {type.Type.Name}: {error.Message}");
        }
    }
}
