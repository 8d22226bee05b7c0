using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Node.Accounts;
using SharedSequencer.Node.Chain;
using SharedSequencer.Node.Configuration;
using SharedSequencer.Primitives;
using SharedSequencer.StateMachine.Execution;
using SharedSequencer.Storage.Reading;

namespace SharedSequencer.Node.Api;

/// <summary><c>/v1/accounts</c>, <c>/v1/fees</c>, <c>/v1/status</c>.</summary>
public sealed class ChainEndpoints(ChainSource chain, ChainReader reader, AccountProver prover, NodeOptions options)
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
        var newest = chain.State;
        var provable = Parameters.Flag(context, "proof") ? await ProvableParameter.ReadAsync(context, chain, prover) : null;
        var state = provable?.State ?? newest;
        var account = state.Account(id);
        var response = new AccountResponse
        {
            Address = id.ToString(),
            Balance = Amount.Of(account.Balance),
            Nonce = account.Nonce,
            PendingNonce = chain.Pool.PendingNonce(id, newest.Account(id).Nonce),
            Height = state.Height,
            Proof = provable is null ? null : AccountProver.Prove(provable, id),
        };
        await Answer.JsonAsync(context, response, ApiJson.Default.AccountResponse);
    }

    private Task GetFeesAsync(HttpContext context)
    {
        var state = chain.State;

        // Whatever pays the base fee is included: a tip buys only a better place.
        var baseFee = new BlockFees(state, state.Time).BasePerByte;
        return Answer.JsonAsync(context, new FeesResponse(Amount.Of(baseFee), Amount.Of(0), state.Height), ApiJson.Default.FeesResponse);
    }

    private Task GetStatusAsync(HttpContext context)
    {
        var state = chain.State;
        var (tip, earliest, light) = reader.Query(snapshot => (snapshot.Tip(), snapshot.EarliestHeight(), snapshot.LightHeight()));
        return Answer.JsonAsync(
            context,
            new StatusResponse
            {
                ChainId = state.ChainId,
                Version = typeof(ChainEndpoints).Assembly.GetName().Version!.ToString(3),
                Engine = options.Engine,
                Height = tip?.Height ?? 0,
                Time = (tip?.Time ?? state.Time).ToDateTimeOffset(),
                BlockHash = (tip?.Hash ?? Hash256.Zero).ToString(),
                AppHash = (tip?.AppHash ?? state.AppHash).ToString(),
                EarliestHeight = earliest,
                LightHeight = light,
                PoolCount = chain.Pool.Count,
                PoolBytes = chain.Pool.Bytes,
                MaxTransactionLifetime = state.Parameters.MaxTransactionLifetime,
            },
            ApiJson.Default.StatusResponse);
    }
}
