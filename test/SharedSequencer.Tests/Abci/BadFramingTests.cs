using FsCheck;
using NUnit.Framework;
using SharedSequencer.AbciProto.Abci;

namespace SharedSequencer.Tests.Abci;

/// <summary>A peer that breaks the protocol loses its connection, with one line of the log, and nothing else happens.</summary>
public sealed class BadFramingTests
{
    [TestCase(new byte[] { 0x00 }, "a frame of zero bytes", TestName = "An_empty_request_ends_the_connection")]
    [TestCase(new byte[] { 0x03, 0xca, 0x01, 0x00 }, "unknown kind (field 25)", TestName = "An_unknown_request_ends_the_connection")]
    [TestCase(new byte[] { 0x03, 0xff, 0xff, 0xff }, "no request", TestName = "Garbage_in_a_frame_ends_the_connection")]
    [TestCase(new byte[] { 0x81, 0x80, 0x80, 0x20 }, "67108865 bytes, over the limit of 67108864", TestName = "An_oversize_frame_ends_the_connection")]
    [TestCase(new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, "a length prefix of more than 5 bytes", TestName = "A_length_that_never_ends_ends_the_connection")]
    public async Task Bad_bytes(byte[] bytes, string reason)
    {
        await using var fixture = new AbciServerFixture(new ScriptedApplication());
        using var healthy = fixture.Connect();
        Assert.That(healthy.Call(Requests.Echo("1")).Echo.Message, Is.EqualTo("1"));

        using (var client = fixture.Connect())
        {
            client.Send(Requests.Echo("before"));
            client.SendBytes(bytes);
            Assert.That(client.Receive().Echo.Message, Is.EqualTo("before"), "what was valid is answered");
            Assert.That(client.IsClosed(), Is.True);
        }

        Assert.That(fixture.Logger.Warnings, Has.One.Items.And.All.Contains(reason).And.All.Contains("#2 closed"));
        Assert.That(healthy.Call(Requests.Echo("2")).Echo.Message, Is.EqualTo("2"));
        Assert.That(fixture.Faults, Is.Zero);
    }

    [Test]
    public async Task A_frame_that_is_cut_off_ends_the_connection()
    {
        await using var fixture = new AbciServerFixture(new ScriptedApplication());
        using var client = fixture.Connect();

        client.SendBytes(AbciTestClient.Bytes(Requests.CheckTx(1, 1000)).AsSpan(0, 500));
        client.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);

        Assert.That(client.IsClosed(), Is.True);
        Assert.That(fixture.Logger.Warnings, Has.One.Items.And.All.Contains("cut off after 500 bytes"));
    }

    [FsCheck.NUnit.Property(MaxTest = 50)]
    public void Random_bytes_never_harm_the_server_or_another_connection(NonEmptyArray<byte> garbage)
    {
        var fixture = new AbciServerFixture(new ScriptedApplication());
        try
        {
            using var healthy = fixture.Connect();
            using (var client = fixture.Connect())
            {
                client.SendBytes(garbage.Get);
                client.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
                while (!client.IsClosed())
                {
                    // Whatever of it was a request is answered first.
                }
            }

            Assert.That(healthy.Call(Requests.Echo("alive")).Echo.Message, Is.EqualTo("alive"));
            Assert.That(fixture.Faults, Is.Zero);
            Assert.That(fixture.Logger.Warnings.Count(), Is.LessThanOrEqualTo(1));
        }
        finally
        {
            fixture.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    [Test]
    public async Task A_connection_over_the_limit_is_refused_and_the_others_go_on()
    {
        await using var fixture = new AbciServerFixture(
            new ScriptedApplication(), options => options with { MaxConnections = 2 });
        using var first = fixture.Connect();
        var second = fixture.Connect();
        second.Call(Requests.Echo("2"));

        using var third = fixture.Connect();
        Assert.That(third.IsClosed(), Is.True);
        Assert.That(fixture.Logger.Warnings, Has.One.Items.And.All.Contains("2 connections are open"));
        Assert.That(first.Call(Requests.Echo("1")).Echo.Message, Is.EqualTo("1"));

        second.Dispose();
        await AbciServerFixture.UntilAsync(
            () => fixture.Logger.Lines.Any(line => line.Contains("#2 ended", StringComparison.Ordinal)), "the end of #2");
        await AbciServerFixture.UntilAsync(IsServed, "room for another");

        bool IsServed()
        {
            using var another = fixture.Connect();
            try
            {
                another.Send(Requests.Echo("3"));
                return another.Receive() is { ValueCase: Response.ValueOneofCase.Echo };
            }
            catch (Exception e) when (e is IOException or Google.Protobuf.InvalidProtocolBufferException)
            {
                return false;
            }
        }
    }
}
