using System.Text.Json;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client;
using SharedSequencer.Evm;
using SharedSequencer.Evm.Blocks;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Gateway.Configuration;
using SharedSequencer.Gateway.Pool;
using SharedSequencer.Primitives;

namespace SharedSequencer.Gateway.Following;

/// <summary>
/// Finds the place of an executed transaction that is no longer remembered: geth's block names its last slice, the block
/// before it the last one that it does not hold, and the slices between them have the transaction's bytes.
/// </summary>
internal sealed class PlaceFinder(GatewayOptions options, GethRpc geth, SequencerClient node, TransactionHistory history)
{
    /// <summary>A block that gathers under heavy traffic holds a second's slices.</summary>
    private const int MaximumSlices = 100;

    /// <summary>Null when geth does not have it, or the node no longer has its slice.</summary>
    public async Task<TransactionPlace?> FindAsync(EvmHash hash, CancellationToken cancellation)
    {
        var found = await geth.Client.CallAsync(JsonRpcCall.Of("eth_getTransactionByHash", hash.ToString()), cancellation);
        if (found.ValueKind != JsonValueKind.Object
            || found.GetProperty("blockHash").GetString() is not { } blockHash
            || await geth.FindBlockAsync(BlockReference.Hash(EvmHash.Parse(blockHash)), cancellation) is not { } block
            || await geth.FindBlockAsync(BlockReference.Hash(block.ParentHash), cancellation) is not { } parent
            || !SliceMark.TryRead(block.ExtraData, out var last))
        {
            return null;
        }

        _ = SliceMark.TryRead(parent.ExtraData, out var before);
        var count = Math.Min(last.SliceNumber - before.SliceNumber, MaximumSlices);
        try
        {
            var range = await node.GetSlicesAsync(options.Namespace, last.SliceNumber - count + 1, (int)count, cancellation: cancellation);
            return range.Slices.Select(slice => PlaceIn(slice, hash)).FirstOrDefault(place => place is not null);
        }
        catch (SequencerApiException gone) when (gone.Status is 404 or 410)
        {
            return null;
        }
    }

    private TransactionPlace? PlaceIn(SliceResponse slice, EvmHash hash)
    {
        foreach (var entry in slice.Entries)
        {
            if (Keccak256.Of(entry.Payload) != hash || !Hash256.TryParse(entry.Transaction, out var id))
                continue;
            var place = new TransactionPlace(id) { Height = slice.Height, Slice = slice.Number, Time = slice.Time };
            history.Update(hash, known => known ?? place);
            return place;
        }

        return null;
    }
}
