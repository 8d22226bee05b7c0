using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using NUnit.Framework;
using SharedSequencer.Abci.Transport;
using SharedSequencer.AbciProto.Abci;

namespace SharedSequencer.Tests.Abci;

public sealed class FrameReaderTests
{
    private const int Limit = 1 << 20;

    [Test]
    public void The_published_flush_request_is_read()
    {
        var buffer = new ReadOnlySequence<byte>([0x02, 0x12, 0x00]);

        Assert.That(FrameReader.TryRead(ref buffer, Limit, out var frame), Is.True);
        Assert.That(FrameReader.Parse(frame), Is.EqualTo(new Request { Flush = new RequestFlush() }));
        Assert.That(buffer.IsEmpty, Is.True);
    }

    [FsCheck.NUnit.Property]
    public void Frames_are_the_same_however_the_bytes_are_split(NonEmptyArray<byte[]> payloads, NonEmptyArray<PositiveInt> sizes)
    {
        var requests = payloads.Get.Select(Check).ToList();
        var bytes = Delimited(requests);
        var buffer = Split(bytes, [.. sizes.Get.Select(size => size.Get)]);

        var read = new List<Request>();
        while (FrameReader.TryRead(ref buffer, Limit, out var frame))
            read.Add(FrameReader.Parse(frame));

        Assert.That(read, Is.EqualTo(requests));
        Assert.That(buffer.IsEmpty, Is.True);
    }

    [FsCheck.NUnit.Property]
    public void A_cut_frame_waits_for_the_rest_and_takes_nothing(byte[] payload, NonNegativeInt cut)
    {
        var bytes = Delimited([Check(payload)]);
        var buffer = new ReadOnlySequence<byte>(bytes, 0, cut.Get % bytes.Length);
        var before = buffer.Length;

        Assert.That(FrameReader.TryRead(ref buffer, Limit, out _), Is.False);
        Assert.That(buffer.Length, Is.EqualTo(before));
    }

    [FsCheck.NUnit.Property(MaxTest = 1000)]
    public void Garbage_is_read_refused_or_waited_for_and_nothing_else(byte[] garbage)
    {
        var buffer = new ReadOnlySequence<byte>(garbage);
        try
        {
            while (FrameReader.TryRead(ref buffer, Limit, out var frame))
                Assert.That(FrameReader.Parse(frame).ValueCase, Is.Not.EqualTo(Request.ValueOneofCase.None));
        }
        catch (MalformedFrameException e)
        {
            Assert.That(e.Message, Is.Not.Empty);
        }
    }

    [TestCase(new byte[] { 0x00 }, "zero bytes")]
    [TestCase(new byte[] { 0x80, 0x80, 0x80, 0x00 }, "zero bytes")]
    [TestCase(new byte[] { 0x81, 0x80, 0x40 }, "1048577 bytes, over the limit of 1048576")]
    [TestCase(new byte[] { 0xff, 0xff, 0xff, 0xff, 0x7f }, "34359738367 bytes, over the limit")]
    [TestCase(new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0x01 }, "more than 5 bytes")]
    public void A_bad_length_is_refused_before_the_frame_arrives(byte[] prefix, string reason)
    {
        var buffer = new ReadOnlySequence<byte>(prefix);

        Assert.That(
            () => FrameReader.TryRead(ref buffer, Limit, out _),
            Throws.TypeOf<MalformedFrameException>().With.Message.Contains(reason));
    }

    [Test]
    public void A_frame_of_exactly_the_limit_is_read()
    {
        var bytes = Delimited([Check(new byte[100])]);
        var buffer = new ReadOnlySequence<byte>(bytes);

        Assert.That(FrameReader.TryRead(ref buffer, bytes.Length - 1, out _), Is.True);
    }

    [TestCase(new byte[] { 0xca, 0x01, 0x00 }, "unknown kind (field 25)")]
    [TestCase(new byte[] { 0x22, 0x00 }, "unknown kind (field 4)")]
    [TestCase(new byte[] { 0x12, 0x05 }, "no request")]
    [TestCase(new byte[] { 0xff, 0xff, 0xff }, "no request")]
    public void A_frame_that_is_no_known_request_is_refused(byte[] payload, string reason)
    {
        var frame = new ReadOnlySequence<byte>(payload);

        Assert.That(() => FrameReader.Parse(frame), Throws.TypeOf<MalformedFrameException>().With.Message.Contains(reason));
    }

    private static Request Check(byte[] tx) => new() { CheckTx = new RequestCheckTx { Tx = ByteString.CopyFrom(tx) } };

    private static byte[] Delimited(IEnumerable<Request> requests)
    {
        using var stream = new MemoryStream();
        foreach (var request in requests)
            request.WriteDelimitedTo(stream);
        return stream.ToArray();
    }

    private static ReadOnlySequence<byte> Split(byte[] bytes, int[] sizes)
    {
        Segment? first = null;
        Segment? last = null;
        for (int start = 0, i = 0; start < bytes.Length; i++)
        {
            var size = Math.Min(sizes[i % sizes.Length], bytes.Length - start);
            last = new Segment(bytes.AsMemory(start, size), last);
            first ??= last;
            start += size;
        }

        return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? previous)
        {
            Memory = memory;
            if (previous is null)
                return;
            RunningIndex = previous.RunningIndex + previous.Memory.Length;
            previous.Next = this;
        }
    }
}
