using System.Text.Json;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client;
using SharedSequencer.Evm;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Gateway.Following;
using SharedSequencer.Gateway.JsonRpc;
using SharedSequencer.Gateway.Pool;
using SharedSequencer.Primitives;

namespace SharedSequencer.Gateway.Methods;

/// <summary>
/// <c>seq_getTransactionStatus(hash)</c> → <see cref="GatewayTransactionStatus"/>: the sequencer's ladder for an Ethereum
/// transaction, and what the executor made of it.
/// </summary>
internal sealed class GetTransactionStatus(
    PendingPool pool, TransactionHistory history, PlaceFinder finder, SequencerClient node, GethRpc geth, ExecutionView execution) : IRpcMethod
{
    public string Name => "seq_getTransactionStatus";

    public async Task<RpcResult> CallAsync(RpcRequest request, CancellationToken cancellation)
    {
        var hash = HexArgument.Hash(request.Arguments(1, 1)[0], 0);
        var status = await StatusAsync(hash, cancellation);
        return new RpcResult(JsonSerializer.SerializeToUtf8Bytes(status, GatewayJson.Default.GatewayTransactionStatus), null);
    }

    private async Task<GatewayTransactionStatus> StatusAsync(EvmHash hash, CancellationToken cancellation)
    {
        var pending = pool.Find(hash);
        var place = history.Find(hash) ?? await finder.FindAsync(hash, cancellation);
        if (place is null)
            return new(hash.ToString(), pending is null ? GatewayTransactionStatus.Unknown : GatewayTransactionStatus.Submitting);
        if (place.End is not null)
            return new(hash.ToString(), place.End) { Transaction = place.Submission?.ToString(), Reason = place.Reason };

        var ordered = place.Submission is { } id ? await node.GetTransactionAsync(id, cancellation) : null;
        return new(hash.ToString(), ordered?.Status ?? (place.Height is null ? TransactionStatuses.Received : TransactionStatuses.Final))
        {
            Transaction = place.Submission?.ToString(),
            Height = ordered?.Height ?? place.Height,
            Index = ordered?.Index,
            Slice = place.Slice,
            Time = ordered?.Time ?? place.Time,
            Anchor = ordered?.Anchor,
            Reason = ordered?.Reason,
            Execution = place.Slice is null ? null : await ExecutionOfAsync(hash, place, cancellation),
        };
    }

    /// <summary>Null while geth cannot tell: right after its start it still indexes its blocks.</summary>
    private async Task<ExecutionStatus?> ExecutionOfAsync(EvmHash hash, TransactionPlace place, CancellationToken cancellation)
    {
        // How far the executor is goes first: a receipt that is missing after that will never be there.
        var isPassed = place.Slice <= execution.Executed.SliceNumber;
        JsonElement receipt;
        try
        {
            receipt = await geth.Client.CallAsync(JsonRpcCall.Of("eth_getTransactionReceipt", hash.ToString()), cancellation);
        }
        catch (JsonRpcErrorException)
        {
            return isPassed ? null : new(ExecutionStatus.Waiting);
        }

        if (receipt.ValueKind != JsonValueKind.Object)
        {
            return !isPassed ? new(ExecutionStatus.Waiting) : new(ExecutionStatus.Dropped)
            {
                Reason = place.Dropped ?? new TransactionReason("dropped", $"The executor passed slice {place.Slice} without including it."),
            };
        }

        return new(ExecutionStatus.Executed)
        {
            BlockNumber = Quantity.ReadUInt64(receipt.GetProperty("blockNumber").GetString()),
            BlockHash = receipt.GetProperty("blockHash").GetString(),
            Succeeded = receipt.GetProperty("status").GetString() == "0x1",
        };
    }
}
