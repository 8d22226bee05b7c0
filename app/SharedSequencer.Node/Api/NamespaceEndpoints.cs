using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SharedSequencer.Api;
using SharedSequencer.Node.Views;
using SharedSequencer.Primitives;

namespace SharedSequencer.Node.Api;

/// <summary><c>/v1/namespaces</c>: records with their heads.</summary>
public sealed class NamespaceEndpoints(NamespaceViews views)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/namespaces", (RequestDelegate)ListAsync);
        routes.MapGet("/v1/namespaces/{namespace}", (RequestDelegate)GetAsync);
    }

    /// <summary><c>after</c> and <c>limit</c> page through more than one answer holds.</summary>
    private Task ListAsync(HttpContext context)
    {
        var limit = (int)Parameters.Number(context, "limit", NamespaceViews.MaximumCount, 1, NamespaceViews.MaximumCount);
        NamespaceId after = default;
        if (Parameters.Query(context, "after") is { } text && !NamespaceId.TryParse(text, out after))
            throw Answer.BadRequest($"after is '{Parameters.Shorten(text)}'; a namespace's id of 16 hex digits is needed.");
        return Answer.JsonAsync(context, views.List(after, limit), ApiJson.Default.NamespaceListResponse);
    }

    private Task GetAsync(HttpContext context) =>
        Answer.JsonAsync(context, views.Get(views.Find(Parameters.Route(context, "namespace"))), ApiJson.Default.NamespaceResponse);
}
