using System.Net;
using NUnit.Framework;
using SharedSequencer.Grpc.Calls;
using SharedSequencer.Grpc.Client;
using SharedSequencer.Grpc.Wire;

namespace SharedSequencer.Tests.Grpc;

/// <summary>What is no gRPC, or cut, or not served, is refused as "gRPC over HTTP2" and the list of status codes say.</summary>
internal sealed class MalformedCallTests
{
    private static readonly byte[] s_good = EchoServer.Framed(new EchoRequest { Payload = Google.Protobuf.ByteString.CopyFromUtf8("hello") });

    private static readonly TestCaseData[] s_bodies =
    [
        new TestCaseData(Array.Empty<byte>(), StatusCode.Unimplemented) { TestName = "No_request_at_all" },
        new TestCaseData((byte[])[.. s_good, .. s_good], StatusCode.Unimplemented) { TestName = "Two_requests_where_one_is_needed" },
        new TestCaseData(s_good[..3], StatusCode.Internal) { TestName = "A_cut_prefix" },
        new TestCaseData(s_good[..8], StatusCode.Internal) { TestName = "A_cut_message" },
        new TestCaseData((byte[])[1, .. s_good[1..]], StatusCode.Internal) { TestName = "A_compressed_message_without_a_compression" },
        new TestCaseData((byte[])[2, .. s_good[1..]], StatusCode.Internal) { TestName = "An_unknown_flag" },
        new TestCaseData((byte[])[0, 0xff, 0xff, 0xff, 0xff], StatusCode.ResourceExhausted) { TestName = "A_message_of_four_gigabytes" },
        new TestCaseData((byte[])[0, 0, 0, 0, 2, 0x0a, 0x7f], StatusCode.Internal) { TestName = "Bytes_that_are_no_message" },
    ];

    [TestCaseSource(nameof(s_bodies))]
    public async Task A_bad_body_is_refused(byte[] body, StatusCode expected)
    {
        await using var echo = await EchoServer.StartAsync();

        var (response, status) = await echo.SendRawAsync(EchoServer.Say.FullName, body);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(status, Is.EqualTo($"{(int)expected}"));
        Assert.That(echo.Service.Context, Is.Null, "no method has seen it");
        Assert.That((await echo.SayAsync(new EchoRequest())).Number, Is.EqualTo(1), "the server goes on");
    }

    [TestCase("application/json")]
    [TestCase("application/grpc+json")]
    [TestCase("application/grpcx")]
    [TestCase("application/grpc-web")]
    public async Task Another_content_type_is_unsupported(string contentType)
    {
        await using var echo = await EchoServer.StartAsync();

        var (response, status) = await echo.SendRawAsync(EchoServer.Say.FullName, s_good, contentType);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.UnsupportedMediaType));
        Assert.That(status, Is.Null);
    }

    [TestCase("application/grpc")]
    [TestCase("application/grpc+proto")]
    [TestCase("application/grpc; charset=utf-8")]
    public async Task All_forms_of_the_content_type_are_taken(string contentType)
    {
        await using var echo = await EchoServer.StartAsync();

        var (response, status) = await echo.SendRawAsync(EchoServer.Say.FullName, s_good, contentType);

        Assert.That(status, Is.EqualTo("0"));
        Assert.That(response.Content.Headers.ContentType!.ToString(), Is.EqualTo("application/grpc"));
    }

    [Test]
    public async Task Another_HTTP_method_is_not_allowed()
    {
        await using var echo = await EchoServer.StartAsync();

        var (response, _) = await echo.SendRawAsync(EchoServer.Say.FullName, [], method: HttpMethod.Get);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
        Assert.That(response.Content.Headers.Allow, Is.EqualTo(new[] { "POST" }));
    }

    [TestCase("/test.v1.Echo/Sing")]
    [TestCase("/test.v1.Choir/Say")]
    [TestCase("/")]
    [TestCase("/test.v1.Echo/say")]
    public async Task What_is_not_served_is_unimplemented_and_says_so_in_the_headers_alone(string path)
    {
        await using var echo = await EchoServer.StartAsync();

        var (response, status) = await echo.SendRawAsync(path, s_good);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(status, Is.EqualTo("12"));
        Assert.That(response.Headers.Contains("grpc-status"), Is.True);
        Assert.That(response.TrailingHeaders, Is.Empty);
    }

    [TestCase("gzip")]
    [TestCase("zstd")]
    public async Task A_compression_is_refused_with_what_would_be_taken(string encoding)
    {
        await using var echo = await EchoServer.StartAsync();

        var (response, status) = await echo.SendRawAsync(EchoServer.Say.FullName, s_good, headers: ("grpc-encoding", encoding));

        Assert.That(status, Is.EqualTo("12"));
        Assert.That(response.Headers.GetValues("grpc-accept-encoding"), Is.EqualTo(new[] { "identity" }));
    }

    [TestCase("")]
    [TestCase("5")]
    [TestCase("S")]
    [TestCase("5s")]
    [TestCase("-5S")]
    [TestCase("123456789S")]
    [TestCase("1.5S")]
    public async Task A_malformed_deadline_is_refused(string timeout)
    {
        await using var echo = await EchoServer.StartAsync();

        var (_, status) = await echo.SendRawAsync(EchoServer.Say.FullName, s_good, headers: ("grpc-timeout", timeout));

        Assert.That(status, Is.EqualTo("13"));
        Assert.That(echo.Service.Context, Is.Null);
    }

    [Test]
    public async Task Binary_metadata_that_is_no_base64_is_refused()
    {
        await using var echo = await EchoServer.StartAsync();

        var (_, status) = await echo.SendRawAsync(EchoServer.Say.FullName, s_good, headers: ("given-bin", "*"));

        Assert.That(status, Is.EqualTo("13"));
    }

    [Test]
    public async Task A_request_that_does_not_arrive_is_not_waited_for()
    {
        await using var echo = await EchoServer.StartAsync(options => options with { ReceiveDeadline = TimeSpan.FromMilliseconds(200) });
        using var http = new HttpClient { BaseAddress = echo.Server.Address };
        var never = new TaskCompletionSource();

        using var response = await http.SendAsync(new HttpRequestMessage(HttpMethod.Post, EchoServer.Say.FullName)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StallingContent(s_good[..7], never.Task, new TaskCompletionSource()) { Headers = { ContentType = new("application/grpc") } },
        });

        Assert.That(response.Headers.GetValues("grpc-status"), Is.EqualTo(new[] { "4" }));
        never.SetResult();
    }

    [Test]
    public async Task A_request_that_breaks_off_is_its_callers_end()
    {
        await using var echo = await EchoServer.StartAsync();
        using var http = new HttpClient { BaseAddress = echo.Server.Address };
        using var cancel = new CancellationTokenSource();
        var sent = new TaskCompletionSource();

        var call = http.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, EchoServer.Say.FullName)
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = new StallingContent(s_good[..7], Task.Delay(Timeout.Infinite, cancel.Token), sent) { Headers = { ContentType = new("application/grpc") } },
            },
            cancel.Token);
        await sent.Task.WaitAsync(EchoServer.Patience);
        await cancel.CancelAsync();

        Assert.CatchAsync(() => call);
        await EchoServer.UntilAsync("a report", () => !echo.Reports.IsEmpty);
        Assert.That(echo.Reports.Single().StatusCode, Is.EqualTo(StatusCode.Cancelled));
        Assert.That(echo.Service.Context, Is.Null);
    }

    [Test]
    public async Task A_caller_can_be_refused_before_anything_is_read()
    {
        await using var echo = await EchoServer.StartAsync(options => options with
        {
            Admit = client => IPAddress.IsLoopback(client!) ? RpcException.Of(StatusCode.ResourceExhausted, "Too many.", new() { Reason = "too_many_requests" }) : null,
        });

        var error = Assert.ThrowsAsync<RpcException>(async () => await echo.SayAsync(new EchoRequest()));

        Assert.That((error.StatusCode, error.GetErrorInfo()!.Reason), Is.EqualTo((StatusCode.ResourceExhausted, "too_many_requests")));
        Assert.That(echo.Service.Context, Is.Null);
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public bool Any_bytes_are_messages_or_refused(byte[] bytes)
    {
        byte[] body = [.. bytes.Length % 2 == 0 ? [0, 0, 0, 0, (byte)(bytes.Length % 5)] : Array.Empty<byte>(), .. bytes];
        using var reader = new MessageReader(new MemoryStream(body), 1000, null, Timeout.InfiniteTimeSpan);
        try
        {
            while (reader.NextAsync(EchoRequest.Parser, default).GetAwaiter().GetResult() is not null)
            {
            }

            return true;
        }
        catch (RpcException error)
        {
            return error.StatusCode is StatusCode.Internal or StatusCode.ResourceExhausted;
        }
    }

    [Test]
    public async Task A_server_that_is_no_gRPC_server_is_known_as_such()
    {
        await using var node = await Client.ScriptedNode.StartAsync(context =>
        {
            context.Response.ContentType = "text/html";
            return Task.CompletedTask;
        });
        using var channel = GrpcChannel.ForAddress(node.Address);

        var error = Assert.ThrowsAsync<RpcException>(
            async () => await channel.CreateCallInvoker().AsyncUnaryCall(EchoServer.Say, EchoServer.Soon, new EchoRequest()));

        Assert.That(error.StatusCode, Is.AnyOf(StatusCode.Unavailable, StatusCode.Internal, StatusCode.Unknown));
    }

    private sealed class StallingContent(byte[] begin, Task end, TaskCompletionSource sent) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(begin);
            await stream.FlushAsync();
            sent.TrySetResult();
            await end;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
