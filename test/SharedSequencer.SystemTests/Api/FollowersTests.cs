using System.Globalization;
using System.Net.Sockets;
using System.Text;
using NUnit.Framework;
using SharedSequencer.Client;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.SystemTests.Engine;
using SharedSequencer.SystemTests.Node;

namespace SharedSequencer.SystemTests.Api;

/// <summary>Many who follow, and some who do not read, cost a node bounded memory and the chain nothing.</summary>
[OnBothEngines]
[CancelAfter(400_000)]
internal sealed class FollowersTests(NetworkEngine engine)
{
    private const int Followers = 1000;
    private const int Stuck = 50;

    /// <summary>What a follower may add to the node's memory: socket, buffers and waiting, with room to spare.</summary>
    private const long FollowerBytes = 160 * 1024;

    /// <summary>What waits for a reader that does not read, in base64.</summary>
    private const long Backlog = 80L * SliceBytes * 4 / 3;

    private const int SliceBytes = 400_000;

    /// <summary>One that does not read holds one slice, as JSON and on its way out; the rest is what the collector has not taken yet.</summary>
    private const long StuckBytes = 6 * 1024 * 1024;

    private LiveChain _chain = null!;
    private NamespaceId _notes;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _chain = await LiveChain.StartAsync(engine, new Dictionary<string, string> { ["SEQ_SEQUENCER_API_MAX_CONNECTIONS_PER_CLIENT"] = "0" });
        await _chain.StartProcessesAsync();
        _notes = await _chain.RegisterAsync("notes");
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_chain is not null)
            await _chain.DisposeAsync();
    }

    [Test]
    public async Task A_thousand_followers_all_get_every_slice_in_bounded_memory(CancellationToken deadline)
    {
        await SendAsync(100, 5);
        var before = Memory();
        var followers = new Follower[Followers];
        for (var i = 0; i < Followers; i++)
            followers[i] = await Follower.OpenAsync(_chain.Api, deadline);
        try
        {
            await AllGetAllAsync(followers, deadline);
            var idle = Memory();

            // Each is waited for until it is final: the chain goes on with all of them at its tip.
            await SendAsync(100, 20);
            await AllGetAllAsync(followers, deadline);
            var after = Memory();
            TestContext.Progress.WriteLine(
                $"{Followers} followers: {(idle - before) / Followers / 1024} KiB of memory each when idle, {(after - before) / Followers / 1024} KiB after 20 slices");
            Assert.That(after - before, Is.LessThan(Followers * FollowerBytes));
        }
        finally
        {
            foreach (var follower in followers)
                follower?.Dispose();
        }
    }

    [Test]
    public async Task Readers_that_do_not_read_are_cut_and_hold_up_nobody(CancellationToken deadline)
    {
        // More than the sockets between take by themselves.
        await SendAsync(SliceBytes, 80);
        var before = Memory();
        List<Socket> stuck = [];
        try
        {
            for (var i = 0; i < Stuck; i++)
                stuck.Add(await OpenStuckAsync(deadline));
            using var follower = await Follower.OpenAsync(_chain.Api, deadline);
            await AllGetAllAsync([follower], deadline);

            // The chain goes on, and who reads gets all of it, while the others are stuck.
            await SendAsync(100, 10);
            await AllGetAllAsync([follower], deadline);
            var meanwhile = Memory();
            TestContext.Progress.WriteLine($"{Stuck} readers that do not read: {(meanwhile - before) / Stuck / 1024} KiB of memory each");
            Assert.That(meanwhile - before, Is.LessThan(Stuck * StuckBytes));

            // Each was cut by its write deadline: what the sockets held comes, and then the end.
            foreach (var socket in stuck)
                Assert.That(await ReadToEndAsync(socket, deadline), Is.LessThan(Backlog));
        }
        finally
        {
            stuck.ForEach(socket => socket.Dispose());
        }
    }

    private async Task AllGetAllAsync(IReadOnlyList<Follower> followers, CancellationToken deadline)
    {
        var count = (await _chain.Client.GetNamespaceAsync(_notes, deadline))!.Head.SliceCount;
        await Task.WhenAll(followers.Select(follower => follower.UntilAsync(count, deadline)));
    }

    private async Task<Socket> OpenStuckAsync(CancellationToken deadline)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(_chain.Api.Host, _chain.Api.Port, deadline);
        await socket.SendAsync("GET /v1/namespaces/notes/slices/stream HTTP/1.0\r\n\r\n"u8.ToArray(), deadline);
        return socket;
    }

    /// <summary>Waits until the server has given up, then reads what is left.</summary>
    private async Task<long> ReadToEndAsync(Socket socket, CancellationToken deadline)
    {
        await _chain.PollAsync("end of a stream that is not read", () => Task.FromResult(IsCut(socket) ? "" : null));
        var buffer = new byte[64 * 1024];
        long total = 0;
        try
        {
            while (await socket.ReceiveAsync(buffer, deadline) is var read && read > 0)
                total += read;
        }
        catch (SocketException)
        {
            // Reset instead of closed: the end all the same.
        }

        return total;
    }

    private async Task SendAsync(int bytes, int times)
    {
        using var sender = new AccountSender(_chain.Client, _chain.Key);
        for (var i = 0; i < times; i++)
        {
            var sent = await sender.SendAsync([new SubmitData(_notes, new byte[bytes])]);
            await _chain.Client.WaitForAsync(sent.Transaction.Id, "final", TimeSpan.FromSeconds(60));
        }
    }

    /// <summary>The node process's resident memory.</summary>
    private long Memory()
    {
        var line = File.ReadLines($"/proc/{_chain.NodeProcess}/status").Single(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Our side of the connection as the kernel sees it: anything but established is the server's end of it.</summary>
    private static bool IsCut(Socket socket)
    {
        var port = ((System.Net.IPEndPoint)socket.LocalEndPoint!).Port.ToString("X4", CultureInfo.InvariantCulture);
        return !File.ReadLines("/proc/net/tcp").Concat(File.ReadLines("/proc/net/tcp6"))
            .Any(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is var parts && parts[1].EndsWith($":{port}", StringComparison.Ordinal) && parts[3] == "01");
    }

    private sealed class Follower : IDisposable
    {
        private readonly TcpClient _socket;
        private readonly StreamReader _reader;

        private Follower(TcpClient socket)
        {
            _socket = socket;
            _reader = new StreamReader(socket.GetStream(), Encoding.UTF8, false, 1024);
        }

        public ulong Last { get; private set; }

        public static async Task<Follower> OpenAsync(Uri api, CancellationToken deadline)
        {
            var socket = new TcpClient();
            await socket.ConnectAsync(api.Host, api.Port, deadline);
            await socket.GetStream().WriteAsync("GET /v1/namespaces/notes/slices/stream HTTP/1.0\r\n\r\n"u8.ToArray(), deadline);
            return new Follower(socket);
        }

        /// <summary>Reads until a slice has come; numbers follow each other.</summary>
        public async Task UntilAsync(ulong number, CancellationToken deadline)
        {
            while (Last < number)
            {
                var line = await _reader.ReadLineAsync(deadline) ?? throw new AssertionException($"The stream ended behind slice {Last}.");
                if (!line.StartsWith("id: ", StringComparison.Ordinal))
                    continue;
                var id = ulong.Parse(line[4..], CultureInfo.InvariantCulture);
                Assert.That(id, Is.EqualTo(Last + 1));
                Last = id;
            }
        }

        public void Dispose() => _socket.Dispose();
    }
}
