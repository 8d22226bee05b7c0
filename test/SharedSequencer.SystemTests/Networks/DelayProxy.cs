using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace SharedSequencer.SystemTests.Networks;

/// <summary>A wire of a certain length: a TCP proxy that holds each byte for a while, in both directions, in order.</summary>
internal sealed class DelayProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly int _target;
    private readonly TimeSpan _oneWay;
    private readonly List<Task> _wires = [];
    private readonly Task _accepting;

    /// <param name="target">The port on loopback behind it.</param>
    /// <param name="oneWay">How long each byte is held.</param>
    public DelayProxy(int target, TimeSpan oneWay)
    {
        _target = target;
        _oneWay = oneWay;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_wires);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _wires.Add(ConnectAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
        }
        catch (OperationCanceledException)
        {
            // It is disposed of.
        }
    }

    private async Task ConnectAsync(TcpClient near)
    {
        using (near)
        using (var far = new TcpClient { NoDelay = true })
        using (var end = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token))
        {
            near.NoDelay = true;
            try
            {
                await far.ConnectAsync(IPAddress.Loopback, _target, end.Token);
                var both = new[] { CarryAsync(near.GetStream(), far.GetStream(), end.Token), CarryAsync(far.GetStream(), near.GetStream(), end.Token) };
                await Task.WhenAny(both);
                await end.CancelAsync();
                await Task.WhenAll(both);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // One end hung up, or never answered: its peer sees the connection close.
            }
        }
    }

    private async Task CarryAsync(NetworkStream from, NetworkStream to, CancellationToken cancellation)
    {
        var wire = Channel.CreateUnbounded<(long Due, byte[] Bytes)>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var delivering = DeliverAsync(wire.Reader, to, cancellation);
        try
        {
            var buffer = new byte[64 * 1024];
            int count;
            while ((count = await from.ReadAsync(buffer, cancellation)) > 0)
                wire.Writer.TryWrite((Stopwatch.GetTimestamp() + (long)(_oneWay.TotalSeconds * Stopwatch.Frequency), buffer[..count]));
        }
        finally
        {
            wire.Writer.Complete();
            await delivering;
        }
    }

    private static async Task DeliverAsync(ChannelReader<(long Due, byte[] Bytes)> wire, NetworkStream to, CancellationToken cancellation)
    {
        await foreach (var (due, bytes) in wire.ReadAllAsync(cancellation))
        {
            var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (left > TimeSpan.Zero)
                await Task.Delay(left, cancellation);
            await to.WriteAsync(bytes, cancellation);
        }
    }
}
