using System.Text.Json;
using Google.Protobuf;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.CometBft.Json;
using SharedSequencer.Engine.Abci;
using SharedSequencer.Engine.Events;
using SharedSequencer.Engine.Mempool;
using SharedSequencer.Primitives;

namespace SharedSequencer.Engine.Rpc;

/// <summary>What the application answers, and what is handed to it.</summary>
internal sealed class ApplicationMethods(AbciLines application, EngineMempool mempool, BlockEvents events)
{
    /// <summary>CometBFT's timeout_broadcast_tx_commit.</summary>
    private static readonly TimeSpan s_commitPatience = TimeSpan.FromSeconds(10);

    public IEnumerable<RpcMethod> All =>
    [
        new("abci_info", [], InfoAsync),
        new("abci_query", ["path", "data", "height", "prove"], QueryAsync),
        new("broadcast_tx_async", ["tx"], BroadcastAsync),
        new("broadcast_tx_sync", ["tx"], BroadcastSyncAsync),
        new("broadcast_tx_commit", ["tx"], BroadcastCommitAsync),
    ];

    private async Task<Action<Utf8JsonWriter>> InfoAsync(RpcCall call)
    {
        var info = await application.InfoAsync();
        return json => json.Info(info);
    }

    private async Task<Action<Utf8JsonWriter>> QueryAsync(RpcCall call)
    {
        var answer = await application.QueryAsync(new RequestQuery
        {
            Path = call.Parameters.Text("path"),
            Data = UnsafeByteOperations.UnsafeWrap(call.Parameters.Hex("data")),
            Height = call.Parameters.Int64("height") ?? 0,
            Prove = call.Parameters.Bool("prove"),
        });
        return json => json.Query(answer);
    }

    private async Task<Action<Utf8JsonWriter>> BroadcastAsync(RpcCall call)
    {
        var transaction = call.Parameters.Bytes("tx");
        _ = await CheckAsync(transaction, call.Cancellation);
        return json => Broadcast(json, 0, ByteString.Empty, "", "", transaction);
    }

    private async Task<Action<Utf8JsonWriter>> BroadcastSyncAsync(RpcCall call)
    {
        var transaction = call.Parameters.Bytes("tx");
        var check = await await CheckAsync(transaction, call.Cancellation);
        return json => Broadcast(json, check.Code, check.Data, check.Log, check.Codespace, transaction);
    }

    private async Task<Action<Utf8JsonWriter>> BroadcastCommitAsync(RpcCall call)
    {
        var transaction = call.Parameters.Bytes("tx");
        var hash = Hash256.Of(transaction);
        var text = Convert.ToHexString(hash.Span);
        var included = new TaskCompletionSource<BlockEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = events.Subscribe(item =>
        {
            if (item.Index is not null && item.Attributes["tx.hash"][^1] == text)
                included.TrySetResult(item);
        });
        var check = await await CheckAsync(transaction, call.Cancellation);
        if (check.Code != 0)
            return json => Committed(json, check, new ExecTxResult(), hash, 0);
        try
        {
            var item = await included.Task.WaitAsync(s_commitPatience, call.Cancellation);
            return json => Committed(json, check, item.Results.TxResults[item.Index!.Value], hash, item.Block.Block.Header.Height);
        }
        catch (TimeoutException)
        {
            throw RpcException.Internal("timed out waiting for tx to be included in a block");
        }
    }

    private async Task<Task<ResponseCheckTx>> CheckAsync(byte[] transaction, CancellationToken cancellation)
    {
        try
        {
            return await mempool.CheckAsync(transaction, cancellation);
        }
        catch (MempoolRefusedException refusal)
        {
            throw RpcException.Internal(refusal.Message);
        }
    }

    private static void Broadcast(Utf8JsonWriter json, uint code, ByteString data, string log, string codespace, byte[] transaction)
    {
        json.WriteNumber("code", code);
        json.WriteString("data", Convert.ToHexString(data.Span));
        json.WriteString("log", log);
        json.WriteString("codespace", codespace);
        json.Upper("hash", Hash256.Of(transaction));
    }

    private static void Committed(Utf8JsonWriter json, ResponseCheckTx check, ExecTxResult result, Hash256 hash, long height)
    {
        json.CheckResult("check_tx", check);
        json.TxResult("tx_result", result);
        json.Upper("hash", hash);
        json.Int64("height", height);
    }
}
