using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using NUnit.Framework;

namespace SharedSequencer.Tests.Engine;

/// <summary>A client of the RPC's WebSocket with one subscription.</summary>
internal sealed class Subscriber : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly ClientWebSocket _socket = new();

    private Subscriber()
    {
    }

    /// <param name="rpc">The RPC's address, such as http://127.0.0.1:26657.</param>
    public static async Task<Subscriber> OpenAsync(string rpc, string query)
    {
        var subscriber = new Subscriber();
        await subscriber._socket.ConnectAsync(new Uri(rpc.Replace("http://", "ws://", StringComparison.Ordinal) + "/websocket"), CancellationToken.None);
        var answer = await subscriber.AskAsync("subscribe", new { query });
        Assert.That(answer.GetProperty("result").GetRawText(), Is.EqualTo("{}"));
        return subscriber;
    }

    /// <summary>Makes a call; its answer must come next.</summary>
    public async Task<JsonElement> AskAsync(string method, object parameters)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(new { jsonrpc = "2.0", id = 1, method, @params = parameters });
        await _socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        return await NextAsync();
    }

    /// <summary>The next message.</summary>
    public async Task<JsonElement> NextAsync()
    {
        using var deadline = new CancellationTokenSource(s_patience);
        var buffer = new byte[1024 * 1024];
        var length = 0;
        ValueWebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer.AsMemory(length), deadline.Token);
            length += part.Count;
        }
        while (!part.EndOfMessage);
        return JsonDocument.Parse(Encoding.UTF8.GetString(buffer, 0, length)).RootElement;
    }

    public void Dispose() => _socket.Dispose();
}
