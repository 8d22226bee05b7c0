using SharedSequencer.Api.Contracts;
using SharedSequencer.Node.Api;
using SharedSequencer.Node.Chain;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine.Execution;
using SharedSequencer.StateMachine.State;
using SharedSequencer.Storage.Reading;

namespace SharedSequencer.Node.Views;

/// <summary>Namespaces as HTTP and gRPC show them.</summary>
public sealed class NamespaceViews(ChainSource chain, ChainReader reader)
{
    /// <summary>Namespaces in one answer.</summary>
    public const int MaximumCount = 1000;

    /// <summary>A registered namespace by its id or its name. What is both is taken as an id first.</summary>
    public NamespaceId Find(string idOrName)
    {
        var state = chain.State;
        if (NamespaceId.TryParse(idOrName, out var id) && state.Namespace(id) is not null)
            return id;
        if (!NamespaceId.IsValidName(idOrName))
            throw Answer.BadRequest($"'{Parameters.Shorten(idOrName)}' is no namespace: a name of [a-z0-9-]{{3,32}} or an id of 16 hex digits is needed.");
        return Find(NamespaceId.OfName(idOrName), idOrName);
    }

    /// <summary>The namespace, when it is registered.</summary>
    /// <param name="called">How the caller names it.</param>
    public NamespaceId Find(NamespaceId id, string called) =>
        chain.State.Namespace(id) is not null ? id : throw Answer.NotFound($"No namespace '{called}' is registered.");

    /// <summary>
    /// By id. An id is a stable cursor: what is registered meanwhile neither moves nor repeats another.
    /// </summary>
    public NamespaceListResponse List(NamespaceId after, int limit)
    {
        var fees = FeesOf(chain.State);

        // One more than asked for tells whether there is more.
        var found = reader.Query(snapshot => snapshot.NamespacesAfter(after, limit + 1));
        var page = found.Take(limit).Select(item => Of(item.Record, item.Head, fees)).ToList();
        return new NamespaceListResponse(page) { Next = found.Count > limit ? page[^1].Id : null };
    }

    /// <param name="id">Of a registered namespace.</param>
    public NamespaceResponse Get(NamespaceId id)
    {
        var state = chain.State;
        return Of(state.Namespace(id)!, state.Head(id), FeesOf(state));
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
