using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using SharedSequencer.Api;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Node.Slices;
using SharedSequencer.Node.Views;

namespace SharedSequencer.Node.Api;

/// <summary><c>/v1/namespaces/{ns}/slices…</c>: what a rollup pulls.</summary>
internal sealed class SliceEndpoints(
    SliceViews views,
    NamespaceViews namespaces,
    HistoryEndpoints histories,
    StreamBatches<EventForm> batches,
    StreamLimit streams,
    IHostApplicationLifetime lifetime)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/namespaces/{namespace}/slices/{height}", (RequestDelegate)GetAsync);
        routes.MapGet("/v1/namespaces/{namespace}/slices", (RequestDelegate)GetRangeAsync);
        routes.MapGet("/v1/namespaces/{namespace}/slices/stream", (RequestDelegate)StreamAsync);
    }

    private async Task GetAsync(HttpContext context)
    {
        var id = namespaces.Find(Parameters.Route(context, "namespace"));
        var height = Parameters.Height(context);
        var prove = Parameters.Flag(context, "proof");
        await Answer.FinalJsonAsync(context, await views.GetAsync(id, height, prove, context.RequestAborted), ApiJson.Default.SliceResponse);
    }

    private async Task GetRangeAsync(HttpContext context)
    {
        var id = namespaces.Find(Parameters.Route(context, "namespace"));
        var from = Parameters.Number(context, "from", 1, 1, long.MaxValue);
        var limit = (int)Parameters.Number(context, "limit", 100, 1, SliceViews.MaximumRange);
        var prove = Parameters.Flag(context, "proof");
        if (Parameters.Flag(context, "history"))
        {
            if (prove)
                throw Answer.BadRequest("proof and history are both asked for: a proof for each height, or one for the range.");
            await histories.AnswerRangeAsync(context, id, from, limit);
            return;
        }

        var range = await views.RangeAsync(id, from, limit, SliceViews.MaximumPageBytes, prove, context.RequestAborted);

        // A full page stays as it is; one that ends at the newest slice grows.
        await Answer.FinalJsonAsync(context, range, ApiJson.Default.SliceRangeResponse, range.Slices.Count == limit);
    }

    private async Task StreamAsync(HttpContext context)
    {
        var id = namespaces.Find(Parameters.Route(context, "namespace"));
        var from = Parameters.Number(context, "from", 1, 1, long.MaxValue);
        var prove = Parameters.Flag(context, "proof");
        if (SseStream.LastEventId(context) is { } last)
        {
            from = ulong.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var seen) && seen < long.MaxValue
                ? seen + 1
                : throw Answer.BadRequest($"Last-Event-ID is '{Parameters.Shorten(last)}'; the number of the last slice that was received is needed.");
        }

        // Once the stream has begun its answer cannot be a problem any more.
        var follower = views.Follow(batches, id, from, prove);
        using var open = streams.Open();
        await SseStream.RunAsync(
            context, new SseOptions(), lifetime.ApplicationStopping, stream => follower.RunAsync(stream.SendAsync, stream.Ended));
    }
}
