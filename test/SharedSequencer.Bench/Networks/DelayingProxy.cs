using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace SharedSequencer.Bench.Networks;

/// <summary>
/// A TCP proxy that holds each byte for a time, in both directions: two validators on one machine as if they were far
/// apart. It limits no bandwidth and loses nothing.
/// </summary>
internal sealed class DelayingProxy : IAsyncDisposable
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>What may be under way in each direction: enough for a whole block.</summary>
    private const int BuffersUnderWay = 256;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeSpan _delay;
    private readonly int _target;
    private readonly Lock _lock = new();
    private readonly List<Task> _links = [];
    private Task _accepting = Task.CompletedTask;

    private DelayingProxy(int target, TimeSpan delay)
    {
        _target = target;
        _delay = delay;
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <param name="target">A port on loopback.</param>
    /// <param name="delay">Each way.</param>
    public static DelayingProxy Start(int target, TimeSpan delay)
    {
        var proxy = new DelayingProxy(target, delay);
        proxy._listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        proxy._listener.Listen();
        proxy._accepting = proxy.AcceptAllAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Task[] links;
        lock (_lock)
            links = [.. _links];
        await Task.WhenAll(links);
        _stop.Dispose();
    }

    private async Task AcceptAllAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync(_stop.Token);
                lock (_lock)
                    _links.Add(LinkAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The proxy has ended.
        }
    }

    private async Task LinkAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using (client)
        {
            try
            {
                await server.ConnectAsync(new IPEndPoint(IPAddress.Loopback, _target), _stop.Token);
                client.NoDelay = true;
                server.NoDelay = true;
                using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                var there = CarryAsync(client, server, either.Token);
                var back = CarryAsync(server, client, either.Token);
                await Task.WhenAny(there, back);

                // As a cut line: the peers dial anew.
                await either.CancelAsync();
                await Task.WhenAll(there, back);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
            {
                // One end is gone, so the other is closed too.
            }
        }
    }

    private async Task CarryAsync(Socket from, Socket to, CancellationToken cancellation)
    {
        var underWay = Channel.CreateBounded<(long Arrived, byte[] Bytes)>(BuffersUnderWay);
        var sending = SendAllAsync(underWay.Reader, to, cancellation);
        try
        {
            var buffer = new byte[BufferBytes];
            while (await from.ReceiveAsync(buffer, cancellation) is > 0 and var count)
                await underWay.Writer.WriteAsync((Stopwatch.GetTimestamp(), buffer[..count]), cancellation);
        }
        finally
        {
            underWay.Writer.Complete();
            await sending;
        }
    }

    private async Task SendAllAsync(ChannelReader<(long Arrived, byte[] Bytes)> underWay, Socket to, CancellationToken cancellation)
    {
        await foreach (var (arrived, bytes) in underWay.ReadAllAsync(cancellation))
        {
            var wait = _delay - Stopwatch.GetElapsedTime(arrived);
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, cancellation);
            for (var sent = 0; sent < bytes.Length;)
                sent += await to.SendAsync(bytes.AsMemory(sent), cancellation);
        }
    }
}
