using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Node.Chain;
using SharedSequencer.Node.Slices;
using SharedSequencer.Primitives;
using SharedSequencer.Storage.Reading;

namespace SharedSequencer.Node.Api;

/// <summary><c>/v1/namespaces/{ns}/slices…</c>: what a rollup pulls.</summary>
internal sealed class SliceEndpoints(
    ChainSource chain, ChainReader reader, SliceReader slices, HistoryEndpoints histories, StreamBatches batches, ChainFeed feed,
    StreamLimit streams, IHostApplicationLifetime lifetime) : IDisposable
{
    private const ulong MaximumRange = 1000;

    /// <summary>A page of slices ends when it holds so many bytes of payload; one slice always fits.</summary>
    private const long PageBytes = 8 * 1024 * 1024;

    /// <summary>It ends too when the blocks that it was read from took so much memory, whatever they hold of the namespace.</summary>
    private const long ReadBytes = 64 * 1024 * 1024;

    /// <summary>Ranges read many blocks: so many at a time keep the disk busy, and leave the chain its share.</summary>
    private const int RangesAtATime = 16;

    /// <summary>A light block is stored a moment after its block.</summary>
    private static readonly TimeSpan s_lightPatience = TimeSpan.FromSeconds(2);

    private readonly WorkLimit _ranges = new(RangesAtATime, "ranges of slices");

    public void Dispose() => _ranges.Dispose();

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/namespaces/{namespace}/slices/{height}", (RequestDelegate)GetAsync);
        routes.MapGet("/v1/namespaces/{namespace}/slices", (RequestDelegate)GetRangeAsync);
        routes.MapGet("/v1/namespaces/{namespace}/slices/stream", (RequestDelegate)StreamAsync);
    }

    private async Task GetAsync(HttpContext context)
    {
        var id = Parameters.Namespace(context, chain);
        var height = Parameters.Height(context);
        var prove = Parameters.Flag(context, "proof");
        var (block, number, tip, earliest) = reader.Query(snapshot => (
            snapshot.Block(height), snapshot.SliceAt(id, height)?.Number, snapshot.Tip()?.Height ?? 0, snapshot.EarliestHeight()));
        if (block is null)
            throw Answer.NoBlock(height, tip, earliest);

        var response = SliceReader.Read(id, block, number);
        if (prove)
        {
            var proof = await slices.ProveAsync(id, block, s_lightPatience, context.RequestAborted) ?? throw NoLight(height);
            response = response with { Proof = proof };
        }

        await Answer.FinalJsonAsync(context, response, ApiJson.Default.SliceResponse);
    }

    private async Task GetRangeAsync(HttpContext context)
    {
        var id = Parameters.Namespace(context, chain);
        var from = Parameters.Number(context, "from", 1, 1, long.MaxValue);
        var limit = (int)Parameters.Number(context, "limit", 100, 1, MaximumRange);
        var prove = Parameters.Flag(context, "proof");
        if (Parameters.Flag(context, "history"))
        {
            if (prove)
                throw Answer.BadRequest("proof and history are both asked for: a proof for each height, or one for the range.");
            await histories.AnswerRangeAsync(context, id, from, limit);
            return;
        }

        var (places, isPruned) = reader.Query(snapshot => (snapshot.SlicesFrom(id, from, limit), snapshot.IsSlicePruned(id, from)));
        if (isPruned)
            throw Answer.SlicePruned(from);
        var found = await _ranges.RunAsync(() => ReadAsync(id, places, prove, context.RequestAborted), context.RequestAborted);
        var response = new SliceRangeResponse(found, found.Count > 0 ? found[^1].Number!.Value + 1 : from);

        // A full page stays as it is; one that ends at the newest slice grows.
        await Answer.FinalJsonAsync(context, response, ApiJson.Default.SliceRangeResponse, found.Count == limit);
    }

    /// <summary>As many as fit a page; at least one.</summary>
    private async Task<List<SliceResponse>> ReadAsync(NamespaceId id, IReadOnlyList<SlicePlace> places, bool prove, CancellationToken cancellation)
    {
        List<SliceResponse> found = [];
        var (payload, read) = (0L, 0L);
        foreach (var place in places)
        {
            var block = reader.Query(snapshot => snapshot.Block(place.Height)) ?? throw Answer.SlicePruned(place.Number);
            var slice = SliceReader.Read(id, block, place.Number);
            payload += slice.Entries.Sum(entry => (long)entry.Payload.Length);
            read += block.Cost;
            if (found.Count > 0 && (payload > PageBytes || read > ReadBytes))
                break;
            if (prove)
            {
                var proof = await slices.ProveAsync(id, block, found.Count == 0 ? s_lightPatience : TimeSpan.Zero, cancellation);
                if (proof is null && found.Count == 0)
                    throw NoLight(place.Height);
                if (proof is null)
                    break;
                slice = slice with { Proof = proof };
            }

            found.Add(slice);
        }

        return found;
    }

    private async Task StreamAsync(HttpContext context)
    {
        var id = Parameters.Namespace(context, chain);
        var from = Parameters.Number(context, "from", 1, 1, long.MaxValue);
        var prove = Parameters.Flag(context, "proof");
        if (SseStream.LastEventId(context) is { } last)
        {
            from = ulong.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var seen) && seen < long.MaxValue
                ? seen + 1
                : throw Answer.BadRequest($"Last-Event-ID is '{Parameters.Shorten(last)}'; the number of the last slice that was received is needed.");
        }

        // Once the stream has begun its answer cannot be a problem any more.
        if (reader.Query(snapshot => snapshot.IsSlicePruned(id, from)))
            throw Answer.SlicePruned(from);
        using var open = streams.Open();
        var follower = new SliceFollower(batches, feed, id, prove);
        await SseStream.RunAsync(context, new SseOptions(), lifetime.ApplicationStopping, stream => follower.RunAsync(stream, from));
    }

    private static ProblemException NoLight(long height) =>
        Answer.NotReady($"The header and commit of height {height} have not been fetched from CometBFT yet. Try again soon.");
}
