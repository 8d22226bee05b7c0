using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SharedSequencer.Api;
using SharedSequencer.Node.Views;

namespace SharedSequencer.Node.Api;

/// <summary><c>/v1/blocks</c> and <c>/v1/light</c>.</summary>
public sealed class BlockEndpoints(BlockViews views)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/blocks/{height}", (RequestDelegate)GetBlockAsync);
        routes.MapGet("/v1/light/{height}", (RequestDelegate)GetLightAsync);
    }

    private Task GetBlockAsync(HttpContext context)
    {
        var asked = Parameters.HeightOrLatest(context);
        return Answer.FinalJsonAsync(context, views.Block(asked), ApiJson.Default.BlockResponse, asked is not null);
    }

    private async Task GetLightAsync(HttpContext context)
    {
        var asked = Parameters.HeightOrLatest(context);
        await Answer.FinalJsonAsync(context, await views.LightAsync(asked, context.RequestAborted), ApiJson.Default.LightResponse, asked is not null);
    }
}
