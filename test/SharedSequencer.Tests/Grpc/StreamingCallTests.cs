using Google.Protobuf;
using NUnit.Framework;
using SharedSequencer.Grpc.Calls;

namespace SharedSequencer.Tests.Grpc;

/// <summary>One request, many answers.</summary>
internal sealed class StreamingCallTests
{
    [Test]
    public async Task All_answers_come_in_order_and_then_the_end()
    {
        await using var echo = await EchoServer.StartAsync();
        List<uint> numbers = [];

        using var call = echo.RepeatAsync(new EchoRequest { Times = 1000, Payload = ByteString.CopyFromUtf8("x") });
        await foreach (var answer in call.ResponseStream.ReadAllAsync())
            numbers.Add(answer.Number);

        Assert.That(numbers, Is.EqualTo(Enumerable.Range(1, 1000)));
        Assert.That(call.GetStatus().StatusCode, Is.EqualTo(StatusCode.OK));
        Assert.That(call.GetTrailers().GetValue("echo-method"), Is.EqualTo("/test.v1.Echo/Repeat"));
        Assert.That(await call.ResponseStream.MoveNext(default), Is.False, "the end stays the end");
    }

    [Test]
    public async Task A_stream_can_end_with_an_error_behind_its_answers()
    {
        await using var echo = await EchoServer.StartAsync();

        using var call = echo.RepeatAsync(new EchoRequest { Times = 5, Behaviour = Behaviour.RefuseAfterOne });

        Assert.That(await call.ResponseStream.MoveNext(default), Is.True);
        var error = Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default));
        Assert.That(error.GetErrorInfo()!.Reason, Is.EqualTo("not_today"));
        Assert.That(call.GetStatus().StatusCode, Is.EqualTo(StatusCode.FailedPrecondition));
    }

    [Test]
    public async Task A_refusal_before_the_first_answer_has_its_details_too()
    {
        await using var echo = await EchoServer.StartAsync();

        using var call = echo.RepeatAsync(new EchoRequest { Times = 5, Behaviour = Behaviour.Refuse });

        var error = Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default));
        Assert.That(error.GetErrorInfo()!.Reason, Is.EqualTo("not_today"));
    }

    [Test]
    public async Task A_stream_that_is_given_up_ends_on_the_server()
    {
        await using var echo = await EchoServer.StartAsync();

        var call = echo.RepeatAsync(new EchoRequest { Times = 0 });
        Assert.That(await call.ResponseStream.MoveNext(default), Is.True);
        call.Dispose();

        await echo.Service.Cancelled.WaitAsync(EchoServer.Patience);
        await EchoServer.UntilAsync("the method has ended", () => echo.Service.Running == 0);
        Assert.That(call.GetStatus().StatusCode, Is.EqualTo(StatusCode.Cancelled));
    }

    [Test]
    public async Task A_deadline_ends_a_stream()
    {
        await using var echo = await EchoServer.StartAsync();

        using var call = echo.RepeatAsync(new EchoRequest { Times = 0, Behaviour = Behaviour.Wait }, new(Deadline: DateTime.UtcNow.AddMilliseconds(200)));

        var error = Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default));
        Assert.That(error.StatusCode, Is.EqualTo(StatusCode.DeadlineExceeded));
        await echo.Service.Cancelled.WaitAsync(EchoServer.Patience);
    }

    [Test]
    public async Task A_server_that_stops_ends_its_streams()
    {
        await using var echo = await EchoServer.StartAsync();
        using var call = echo.RepeatAsync(new EchoRequest { Times = 0, Behaviour = Behaviour.Wait });
        await EchoServer.UntilAsync("the method runs", () => echo.Service.Running == 1);

        using var deadline = new CancellationTokenSource(EchoServer.Patience);
        await echo.Server.StopAsync(deadline.Token);

        var error = Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default));
        Assert.That(error.StatusCode, Is.EqualTo(StatusCode.Unavailable));
    }

    [Test]
    public async Task A_reader_that_pauses_holds_the_writer_and_not_its_messages()
    {
        await using var echo = await EchoServer.StartAsync();
        var payload = ByteString.CopyFrom(new byte[256 * 1024]);

        using var call = echo.RepeatAsync(new EchoRequest { Times = 400, Payload = payload });
        Assert.That(await call.ResponseStream.MoveNext(default), Is.True);

        // The writer comes to rest when the windows of stream and connection are full, long before its 100 MB.
        var before = -1;
        await EchoServer.UntilAsync("the writer rests", () =>
        {
            var rests = before == echo.Service.Written;
            before = echo.Service.Written;
            return rests && before > 0;
        });
        Assert.That(echo.Service.Written, Is.LessThan(200));

        uint last = 1;
        while (await call.ResponseStream.MoveNext(default))
            last = call.ResponseStream.Current.Number;
        Assert.That(last, Is.EqualTo(400));
    }

    [Test]
    public async Task A_reader_that_takes_nothing_is_cut_off()
    {
        await using var echo = await EchoServer.StartAsync(options => options with { SendDeadline = TimeSpan.FromMilliseconds(300) });

        using var call = echo.RepeatAsync(new EchoRequest { Times = 0, Payload = ByteString.CopyFrom(new byte[256 * 1024]) });
        Assert.That(await call.ResponseStream.MoveNext(default), Is.True);

        await EchoServer.UntilAsync("the method has ended", () => echo.Service.Running == 0);
        var error = Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext(default))
            {
            }
        });
        Assert.That(error.StatusCode, Is.EqualTo(StatusCode.ResourceExhausted), error.Message);
        Assert.That((await echo.SayAsync(new EchoRequest())).Number, Is.EqualTo(1), "its connection goes on");
    }

    [Test]
    public async Task Many_streams_run_at_a_time()
    {
        await using var echo = await EchoServer.StartAsync();

        var streams = Enumerable.Range(0, 100).Select(async i =>
        {
            using var call = echo.RepeatAsync(new EchoRequest { Times = 50, Payload = ByteString.CopyFromUtf8($"{i}") });
            var count = 0;
            await foreach (var answer in call.ResponseStream.ReadAllAsync())
            {
                Assert.That(answer.Payload.ToStringUtf8(), Is.EqualTo($"{i}"));
                count++;
            }

            return count;
        });

        Assert.That(await Task.WhenAll(streams), Is.All.EqualTo(50));
    }

    [Test]
    public async Task Streams_beyond_a_connections_bound_wait_for_their_turn()
    {
        await using var echo = await EchoServer.StartAsync();
        using var one = new HttpClient(new SocketsHttpHandler { EnableMultipleHttp2Connections = false }) { BaseAddress = echo.Server.Address };
        var body = EchoServer.Framed(new EchoRequest { Behaviour = Behaviour.Wait });
        using var cancel = new CancellationTokenSource();

        var calls = Enumerable.Range(0, 110).Select(_ => one.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, EchoServer.Say.FullName)
            {
                Version = new Version(2, 0),
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/grpc") } },
            },
            cancel.Token)).ToList();
        await EchoServer.UntilAsync("as many run as may", () => echo.Service.Running == 100);
        await echo.SayAsync(new EchoRequest()); // On a connection of its own: a round trip in which a further one could have begun.

        Assert.That(echo.Service.Running, Is.EqualTo(100));
        await cancel.CancelAsync();
        foreach (var call in calls)
            Assert.CatchAsync<OperationCanceledException>(() => call);
    }
}
