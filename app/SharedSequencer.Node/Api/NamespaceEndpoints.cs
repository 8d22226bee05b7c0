using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Node.Chain;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine.Execution;
using SharedSequencer.StateMachine.State;
using SharedSequencer.Storage.Reading;

namespace SharedSequencer.Node.Api;

/// <summary><c>/v1/namespaces</c>: records with their heads.</summary>
public sealed class NamespaceEndpoints(ChainSource chain, ChainReader reader)
{
    private const ulong MaximumCount = 1000;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/namespaces", (RequestDelegate)ListAsync);
        routes.MapGet("/v1/namespaces/{namespace}", (RequestDelegate)GetAsync);
    }

    /// <summary>
    /// By id; <c>after</c> and <c>limit</c> page through more than one answer holds. An id is a stable cursor: what is
    /// registered meanwhile neither moves nor repeats another.
    /// </summary>
    private Task ListAsync(HttpContext context)
    {
        var fees = FeesOf(chain.State);
        var limit = (int)Parameters.Number(context, "limit", MaximumCount, 1, MaximumCount);
        NamespaceId after = default;
        if (Parameters.Query(context, "after") is { } text && !NamespaceId.TryParse(text, out after))
            throw Answer.BadRequest($"after is '{Parameters.Shorten(text)}'; a namespace's id of 16 hex digits is needed.");

        // One more than asked for tells whether there is more.
        var found = reader.Query(snapshot => snapshot.NamespacesAfter(after, limit + 1));
        var page = found.Take(limit).Select(item => Of(item.Record, item.Head, fees)).ToList();
        var response = new NamespaceListResponse(page) { Next = found.Count > limit ? page[^1].Id : null };
        return Answer.JsonAsync(context, response, ApiJson.Default.NamespaceListResponse);
    }

    private Task GetAsync(HttpContext context)
    {
        var id = Parameters.Namespace(context, chain);
        var state = chain.State;
        return Answer.JsonAsync(context, Of(state.Namespace(id)!, state.Head(id), FeesOf(state)), ApiJson.Default.NamespaceResponse);
    }

    private static BlockFees FeesOf(ChainState state) => new(state, state.Time);

    private static NamespaceResponse Of(NamespaceRecord record, NamespaceHead head, BlockFees fees) => new()
    {
        Id = record.Id.ToString(),
        Name = record.Name,
        Owner = record.Owner.ToString(),
        Writers = record.Settings.Writers?.Select(writer => writer.ToString()).ToList(),
        FeeRecipient = record.FeeRecipient.ToString(),
        SurchargePerByte = Amount.Of(record.Settings.SurchargePerByte),
        FeePerByte = Amount.Of(fees.NamespacePerByte(record.Id)),
        MaxBytesPerBlock = record.Settings.MaxBytesPerBlock,
        DataMode = record.Settings.DataMode == DataMode.Full ? "full" : "commitment",
        Deposit = Amount.Of(record.Deposit),
        Head = new NamespaceHeadResponse(head.SliceCount, head.LastHeight, head.Root.ToString()),
    };
}
