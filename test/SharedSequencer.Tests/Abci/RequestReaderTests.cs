using System.Net.Sockets;
using System.Runtime.CompilerServices;
using FsCheck;
using NUnit.Framework;
using SharedSequencer.Abci.Transport;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.Devnet.Processes;

namespace SharedSequencer.Tests.Abci;

/// <summary>The buffer between the socket and the requests.</summary>
internal sealed class RequestReaderTests
{
    private const int MaxLength = 64 * 1024 * 1024;
    private const int KiB = 1024;

    private readonly TemporaryFolder _folder = new();
    private int _sockets;

    [OneTimeTearDown]
    public void TearDown() => _folder.Dispose();

    [FsCheck.NUnit.Property(MaxTest = 30)]
    public void Requests_of_every_size_are_read_as_they_were_sent_however_their_bytes_arrive(int seed)
    {
        var random = new Random(seed);
        var (sender, receiver) = Connect();
        using (sender)
        using (receiver)
        {
            var requests = Enumerable.Range(0, random.Next(1, 40)).Select(i => Requests.CheckTx(i, 4 + (int)Math.Pow(300 * KiB, random.NextDouble()))).ToList();
            var bytes = AbciTestClient.Bytes(requests);
            var cuts = random.Next(1, 200 * KiB);
            var sending = Task.Run(() =>
            {
                for (var at = 0; at < bytes.Length; at += cuts)
                    sender.Send(bytes.AsSpan(at, Math.Min(cuts, bytes.Length - at)));
                sender.Shutdown(SocketShutdown.Send);
            });
            var reader = new RequestReader(receiver, MaxLength);
            List<Request> read = [];
            do
            {
                while (reader.TryRead(out var request, out var wireBytes))
                {
                    Assert.That(wireBytes, Is.EqualTo(request.CalculateSize()));
                    read.Add(request);
                }
            }
            while (reader.Receive());

            Assert.That(read, Is.EqualTo(requests));
            Assert.That(reader.Unread, Is.Zero);
            sending.GetAwaiter().GetResult();
        }
    }

    [Test]
    public void A_stream_that_never_ends_with_a_request_does_not_grow_the_buffer()
    {
        const int Count = 1000;
        const int Bytes = 20 * KiB;
        var (sender, receiver) = Connect();
        using (sender)
        using (receiver)
        {
            var stream = AbciTestClient.Bytes(Enumerable.Range(0, Count).Select(i => Requests.CheckTx(i, Bytes))).AsSpan();
            var reader = new RequestReader(receiver, MaxLength);
            var before = GC.GetAllocatedBytesForCurrentThread();

            // Half of the next one is always there already.
            Exchange(sender, reader, stream[..(Bytes / 2)]);
            for (stream = stream[(Bytes / 2)..]; stream.Length > Bytes; stream = stream[Bytes..])
            {
                Exchange(sender, reader, stream[..Bytes]);
                while (reader.TryRead(out _, out _))
                {
                }

                Assert.That(reader.Unread, Is.Positive);
            }

            // What was read is allocated once; a buffer that kept all of it would come on top, more than twice.
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(2L * Count * Bytes));
        }
    }

    [Test]
    public void The_room_of_a_large_request_is_given_back()
    {
        var (sender, receiver) = Connect();
        using (sender)
        using (receiver)
        {
            var reader = new RequestReader(receiver, MaxLength);
            var before = GC.GetTotalMemory(forceFullCollection: true);
            ReadLarge(sender, reader, 40 * KiB * KiB);
            Exchange(sender, reader, AbciTestClient.Bytes(Requests.Flush));

            Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(30 * KiB * KiB));
            Assert.That(reader.TryRead(out var request, out _), Is.True);
            Assert.That(request!.ValueCase, Is.EqualTo(Request.ValueOneofCase.Flush));
        }
    }

    // Apart, so that nothing of it is held when it returns.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ReadLarge(Socket sender, RequestReader reader, int size)
    {
        var sending = Task.Run(() => sender.Send(AbciTestClient.Bytes(Requests.CheckTx(1, size))));
        Request? request;
        while (!reader.TryRead(out request, out _))
            Assert.That(reader.Receive(), Is.True);
        Assert.That(request.CheckTx.Tx, Has.Length.EqualTo(size));
        sending.GetAwaiter().GetResult();
    }

    private static void Exchange(Socket sender, RequestReader reader, ReadOnlySpan<byte> bytes)
    {
        sender.Send(bytes);
        for (var expected = reader.Unread + bytes.Length; reader.Unread < expected;)
            Assert.That(reader.Receive(), Is.True);
    }

    private (Socket Sender, Socket Receiver) Connect()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var address = new UnixDomainSocketEndPoint(_folder.File($"{_sockets++}.sock"));
        listener.Bind(address);
        listener.Listen();
        var sender = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        sender.Connect(address);
        return (sender, listener.Accept());
    }
}
