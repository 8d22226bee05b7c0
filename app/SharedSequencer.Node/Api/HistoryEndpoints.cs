using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Node.Chain;
using SharedSequencer.Node.Slices;
using SharedSequencer.Node.Views;
using SharedSequencer.Primitives;

namespace SharedSequencer.Node.Api;

/// <summary>
/// <c>/v1/namespaces/{ns}/head</c> and <c>…/consistency</c>, and <c>…/slices?history=true</c>: a namespace's slices proven by
/// number, from one header.
/// </summary>
public sealed class HistoryEndpoints(ChainSource chain, ChainViews views, NamespaceViews namespaces, SliceHistory history) : IDisposable
{
    /// <summary>Ranges read many blocks: so many at a time keep the disk busy, and leave the chain its share.</summary>
    private const int RangesAtATime = 16;

    private readonly WorkLimit _ranges = new(RangesAtATime, "ranges of slices");

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/namespaces/{namespace}/head", (RequestDelegate)GetHeadAsync);
        routes.MapGet("/v1/namespaces/{namespace}/consistency", (RequestDelegate)GetConsistencyAsync);
    }

    public void Dispose() => _ranges.Dispose();

    /// <summary>Answers <c>…/slices?history=true</c>.</summary>
    public async Task AnswerRangeAsync(HttpContext context, NamespaceId id, ulong from, int limit)
    {
        var state = await ProvableParameter.ReadAsync(context, views);
        var range = await _ranges.RunAsync(() => Task.FromResult(history.Range(state, id, from, limit)), context.RequestAborted);
        await Answer.JsonAsync(context, range, ApiJson.Default.SliceRangeResponse);
    }

    private async Task GetHeadAsync(HttpContext context)
    {
        var id = namespaces.Find(Parameters.Route(context, "namespace"));
        HeadResponse head;
        if (Parameters.Flag(context, "proof"))
            head = SliceHistory.ProveHead(await ProvableParameter.ReadAsync(context, views), id);
        else if (Parameters.Query(context, "height") is null)
            head = SliceHistory.Head(chain.State, id);
        else
            throw Answer.BadRequest("height is for proofs: add proof=true, or leave it out for the newest head.");
        await Answer.JsonAsync(context, head, ApiJson.Default.HeadResponse);
    }

    private Task GetConsistencyAsync(HttpContext context)
    {
        var id = namespaces.Find(Parameters.Route(context, "namespace"));
        var count = chain.State.Head(id).SliceCount;
        if (Parameters.Query(context, "from_count") is null)
            throw Answer.BadRequest("?from_count= is needed: the slice count of the head that you have.");
        var to = Parameters.Number(context, "to_count", count, 0, long.MaxValue);
        var from = Parameters.Number(context, "from_count", 0, 0, to);
        if (to > count)
            throw Answer.NotYet($"The namespace has {count} slices; to_count is {to}. Ask again later, or leave it out.");
        return Answer.JsonAsync(context, history.Consistency(id, from, to), ApiJson.Default.HeadConsistencyResponse);
    }
}
