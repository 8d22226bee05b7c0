using System.Net;
using System.Net.Sockets;
using NUnit.Framework;

namespace SharedSequencer.Tests.Grpc;

/// <summary>Connections that do not speak HTTP/2, or fall silent, end; the server goes on.</summary>
internal sealed class BrokenConnectionTests
{
    private static readonly byte[] s_preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(type: 4, flags: 0, stream: 0, [])];

    private static readonly TestCaseData[] s_beginnings =
    [
        new TestCaseData((byte[])[.. "POST /test.v1.Echo/Say HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"u8]) { TestName = "HTTP_1" },
        new TestCaseData((byte[])[0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, .. new byte[9000]]) { TestName = "A_TLS_handshake" },
        new TestCaseData((byte[])[.. s_preface, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1]) { TestName = "A_frame_of_16_megabytes" },
        new TestCaseData((byte[])[.. s_preface, .. Frame(type: 0, flags: 0, stream: 0, [1])]) { TestName = "Data_on_stream_0" },
        new TestCaseData((byte[])[.. s_preface, .. Frame(type: 0, flags: 1, stream: 1, [0, 0, 0, 0, 0])]) { TestName = "Data_without_headers" },
        new TestCaseData((byte[])[.. s_preface, .. Frame(type: 1, flags: 5, stream: 1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff])]) { TestName = "Headers_that_cannot_be_decoded" },
        new TestCaseData((byte[])[.. s_preface, .. Frame(type: 1, flags: 5, stream: 1, [0x40, 1, (byte)'A', 1, (byte)'b'])]) { TestName = "A_header_in_upper_case_and_no_path" },
        new TestCaseData((byte[])[.. s_preface, .. Frame(type: 1, flags: 5, stream: 2, [0x83])]) { TestName = "A_stream_with_an_even_number" },
    ];

    [TestCaseSource(nameof(s_beginnings))]
    public async Task What_is_no_HTTP_2_ends_its_connection_alone(byte[] beginning)
    {
        await using var echo = await EchoServer.StartAsync();
        using var client = new TcpClient();
        using var deadline = new CancellationTokenSource(EchoServer.Patience);
        await client.ConnectAsync(IPAddress.Loopback, echo.Server.Address.Port, deadline.Token);
        await client.GetStream().WriteAsync(beginning, deadline.Token);

        await ReadToEndAsync(client.GetStream(), deadline.Token);

        Assert.That(echo.Service.Context, Is.Null);
        Assert.That((await echo.SayAsync(new EchoRequest())).Number, Is.EqualTo(1));
    }

    [Test]
    public async Task A_connection_that_falls_silent_is_asked_and_closed()
    {
        await using var echo = await EchoServer.StartAsync(options => options with
        {
            KeepAliveDelay = TimeSpan.FromSeconds(1),
            KeepAliveTimeout = TimeSpan.FromSeconds(1),
        });
        using var client = new TcpClient();
        using var deadline = new CancellationTokenSource(EchoServer.Patience);
        await client.ConnectAsync(IPAddress.Loopback, echo.Server.Address.Port, deadline.Token);
        await client.GetStream().WriteAsync(s_preface, deadline.Token);

        var received = await ReadToEndAsync(client.GetStream(), deadline.Token);

        Assert.That(TypesOf(received), Does.Contain(6), "a PING");
    }

    private static async Task<byte[]> ReadToEndAsync(NetworkStream stream, CancellationToken cancellation)
    {
        using var received = new MemoryStream();
        try
        {
            await stream.CopyToAsync(received, cancellation);
        }
        catch (IOException)
        {
            // Closed without a farewell: that is an end, too.
        }

        return received.ToArray();
    }

    private static List<int> TypesOf(byte[] frames)
    {
        List<int> types = [];
        for (var at = 0; at + 9 <= frames.Length; at += 9 + ((frames[at] << 16) | (frames[at + 1] << 8) | frames[at + 2]))
            types.Add(frames[at + 3]);
        return types;
    }

    private static byte[] Frame(byte type, byte flags, byte stream, byte[] payload) =>
        [0, 0, (byte)payload.Length, type, flags, 0, 0, 0, stream, .. payload];
}
