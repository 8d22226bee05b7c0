using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SharedSequencer.Api;
using SharedSequencer.Node.Views;
using SharedSequencer.Primitives;

namespace SharedSequencer.Node.Api;

/// <summary><c>/v1/accounts</c>, <c>/v1/fees</c>, <c>/v1/status</c>.</summary>
public sealed class ChainEndpoints(ChainViews views)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/accounts/{address}", (RequestDelegate)GetAccountAsync);
        routes.MapGet("/v1/fees", (RequestDelegate)GetFeesAsync);
        routes.MapGet("/v1/status", (RequestDelegate)GetStatusAsync);
    }

    private async Task GetAccountAsync(HttpContext context)
    {
        var text = Parameters.Route(context, "address");
        if (!AccountId.TryParse(text, out var id))
            throw Answer.BadRequest($"'{Parameters.Shorten(text)}' is no address: bech32m with the prefix '{AccountId.Prefix}' is needed.");
        var provable = Parameters.Flag(context, "proof") ? await ProvableParameter.ReadAsync(context, views) : null;
        await Answer.JsonAsync(context, views.Account(id, provable), ApiJson.Default.AccountResponse);
    }

    private Task GetFeesAsync(HttpContext context) => Answer.JsonAsync(context, views.Fees(), ApiJson.Default.FeesResponse);

    private Task GetStatusAsync(HttpContext context) => Answer.JsonAsync(context, views.Status(), ApiJson.Default.StatusResponse);
}
