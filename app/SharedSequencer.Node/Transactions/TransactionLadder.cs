using SharedSequencer.Api.Contracts;
using SharedSequencer.Application.Ports;
using SharedSequencer.Node.Anchors;
using SharedSequencer.Node.Chain;
using SharedSequencer.Node.Configuration;
using SharedSequencer.Primitives;
using SharedSequencer.Storage.Reading;

namespace SharedSequencer.Node.Transactions;

/// <summary>Where a transaction stands: received, final, anchored, firm, or one of the ends.</summary>
public sealed class TransactionLadder(ChainSource chain, ChainReader reader, EndedTransactions ended, NodeOptions options)
{
    /// <summary>The status, or null for an id that this node knows nothing of.</summary>
    public TransactionStatusResponse? Find(Hash256 id)
    {
        // A block takes a transaction out of the pool after the store holds it: in this order none is missed.
        var text = id.ToString();
        if (chain.Pool.PlaceOf(id) is var place && place != PoolPlace.None)
            return InPool(text, place);
        if (reader.Query(snapshot => InBlock(snapshot, id, text)) is { } included)
            return included;
        return FindEnding(id);
    }

    /// <summary>How it ended without a block, or null when it did not, or too long ago.</summary>
    public TransactionStatusResponse? FindEnding(Hash256 id) => ended.Find(id) is { } ending
        ? new TransactionStatusResponse(id.ToString(), StatusOf(ending.Kind)) { Reason = Reasons.Of(ending) }
        : null;

    /// <summary>After these ends the same bytes are worth another try.</summary>
    internal static bool CanBeTriedAnew(TransactionStatusResponse status) =>
        status.Status is TransactionStatuses.Rejected or TransactionStatuses.Evicted;

    /// <summary>The status of what the pool holds.</summary>
    internal static TransactionStatusResponse InPool(string id, PoolPlace place) =>
        new(id, place == PoolPlace.Waiting ? TransactionStatuses.WaitingForNonce : TransactionStatuses.Received);

    private TransactionStatusResponse? InBlock(ChainSnapshot snapshot, Hash256 id, string text)
    {
        if (snapshot.Transaction(id) is not { } place)
            return null;
        var anchor = snapshot.AnchorOf(place.Height, options.AnchorConfirmations);
        var summary = anchor is null ? null : AnchorSummaries.Of(anchor, options);
        return new TransactionStatusResponse(
            text,
            summary is null ? TransactionStatuses.Final : summary.Firm ? TransactionStatuses.Firm : TransactionStatuses.Anchored)
        {
            Height = place.Height,
            Index = place.Position,
            Time = snapshot.Summary(place.Height)?.Time.ToDateTimeOffset(),
            Anchor = summary,
        };
    }

    private static string StatusOf(PoolEndingKind kind) => kind switch
    {
        PoolEndingKind.Rejected => TransactionStatuses.Rejected,
        PoolEndingKind.Expired => TransactionStatuses.Expired,
        PoolEndingKind.Replaced => TransactionStatuses.Replaced,
        PoolEndingKind.Evicted => TransactionStatuses.Evicted,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such ending."),
    };
}
