using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;
using SharedSequencer.CometBft.Json;
using SharedSequencer.Engine.Events;

namespace SharedSequencer.Engine.Rpc;

/// <summary>One WebSocket: calls as over HTTP, and events of what it subscribed to. One that does not read is closed.</summary>
internal sealed class SubscriberSession(WebSocket socket, RpcDispatcher dispatcher, BlockEvents events)
{
    private const int SubscriptionsAtMost = 5;
    private const int MessagesAtMost = 1000;

    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(2);

    private readonly Channel<Func<byte[]>> _outgoing = Channel.CreateBounded<Func<byte[]>>(
        new BoundedChannelOptions(MessagesAtMost) { SingleReader = true });

    private readonly Lock _gate = new();
    private readonly List<(EventQuery Query, JsonElement Id)> _subscriptions = [];
    private CancellationTokenSource _ending = null!;

    /// <summary>Serves until the client leaves, misbehaves, or the server stops.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _ending = ending;
        using (events.Subscribe(Take))
        {
            var sending = SendAllAsync(ending.Token);
            try
            {
                await ReceiveAllAsync(ending.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or WebSocketException)
            {
                // The client is gone, or we are about to be: either way the session ends.
            }

            await ending.CancelAsync();
            await sending;
        }

        await CloseAsync();
    }

    /// <exception cref="RpcException">It is subscribed to already, or has too many.</exception>
    public void Subscribe(EventQuery query, JsonElement id)
    {
        lock (_gate)
        {
            if (_subscriptions.Exists(s => s.Query.Text == query.Text))
                throw RpcException.Internal("already subscribed");
            if (_subscriptions.Count >= SubscriptionsAtMost)
                throw RpcException.Internal($"max_subscriptions_per_client {SubscriptionsAtMost} reached");
            _subscriptions.Add((query, id.Clone()));
        }
    }

    /// <exception cref="RpcException">There is no such subscription.</exception>
    public void Unsubscribe(string query)
    {
        lock (_gate)
        {
            if (_subscriptions.RemoveAll(s => s.Query.Text == query) == 0)
                throw RpcException.Internal("subscription not found");
        }
    }

    /// <exception cref="RpcException">There is none.</exception>
    public void UnsubscribeAll()
    {
        lock (_gate)
        {
            if (_subscriptions.Count == 0)
                throw RpcException.Internal("subscription not found");
            _subscriptions.Clear();
        }
    }

    private void Take(BlockEvent item)
    {
        lock (_gate)
        {
            foreach (var (query, id) in _subscriptions)
            {
                if (query.Matches(item.Attributes))
                    Send(() => RpcDispatcher.Succeeded(id, json => Write(json, query.Text, item)));
            }
        }
    }

    private void Send(Func<byte[]> message)
    {
        // What does not read loses everything, as with CometBFT: it must back-fill by height anyway.
        if (!_outgoing.Writer.TryWrite(message))
            _ending.Cancel();
    }

    private async Task ReceiveAllAsync(CancellationToken stopping)
    {
        var buffer = new byte[RpcServer.MaximumBodyBytes];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                if (length == buffer.Length)
                    return;
                part = await socket.ReceiveAsync(buffer.AsMemory(length), stopping);
                length += part.Count;
            }
            while (!part.EndOfMessage && part.MessageType != WebSocketMessageType.Close);
            if (part.MessageType == WebSocketMessageType.Close)
                return;
            var answer = await AnswerAsync(buffer.AsMemory(0, length), stopping);
            if (answer is not null)
                await _outgoing.Writer.WriteAsync(() => answer, stopping);
        }
    }

    private async Task<byte[]?> AnswerAsync(ReadOnlyMemory<byte> text, CancellationToken stopping)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return await dispatcher.AnswerAsync(document.RootElement, this, stopping);
        }
        catch (JsonException error)
        {
            return RpcDispatcher.Failed(default, RpcException.Parse(error.Message));
        }
    }

    private async Task SendAllAsync(CancellationToken stopping)
    {
        try
        {
            await foreach (var message in _outgoing.Reader.ReadAllAsync(stopping))
                await socket.SendAsync(message(), WebSocketMessageType.Text, endOfMessage: true, stopping);
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException)
        {
            // As where it is received: the session ends.
            await _ending.CancelAsync();
        }
    }

    private async Task CloseAsync()
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
            return;
        using var patience = new CancellationTokenSource(s_grace);
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException)
        {
            // It does not listen any more.
        }
    }

    private static void Write(Utf8JsonWriter json, string query, BlockEvent item)
    {
        json.WriteString("query", query);
        json.WriteStartObject("data");
        if (item.Index is { } index)
        {
            json.WriteString("type", "tendermint/event/Tx");
            json.WriteStartObject("value");
            json.WriteStartObject("TxResult");
            json.Int64("height", item.Block.Block.Header.Height);
            if (index > 0)
                json.WriteNumber("index", index);
            json.WriteBase64String("tx", item.Block.Block.Transactions[index].Span);
            json.SparseResult("result", item.Results.TxResults[index]);
            json.WriteEndObject();
        }
        else
        {
            json.WriteString("type", "tendermint/event/NewBlock");
            json.WriteStartObject("value");
            json.Block("block", item.Block.Block);
            json.BlockId("block_id", item.Block.Id);
            json.FinalizeBlock("result_finalize_block", item.Results);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("events");
        foreach (var (key, values) in item.Attributes)
        {
            json.WriteStartArray(key);
            foreach (var value in values)
                json.WriteStringValue(value);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
