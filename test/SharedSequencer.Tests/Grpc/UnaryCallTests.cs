using Google.Protobuf;
using NUnit.Framework;
using SharedSequencer.Grpc.Calls;
using SharedSequencer.Grpc.Client;

namespace SharedSequencer.Tests.Grpc;

/// <summary>One request, one answer: our client and our server.</summary>
internal sealed class UnaryCallTests
{
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(70_000)]
    [TestCase(3_000_000)]
    public async Task A_request_is_answered_with_its_trailers(int bytes)
    {
        await using var echo = await EchoServer.StartAsync();
        var payload = ByteString.CopyFrom(new byte[bytes]);

        using var call = echo.SayAsync(new EchoRequest { Payload = payload }, EchoServer.Soon with { Headers = new Metadata { { "given-bin", [0, 255, 7] } } });
        var answer = await call;

        Assert.That(answer, Is.EqualTo(new EchoResponse { Payload = payload, Number = 1 }));
        Assert.That(call.GetStatus().StatusCode, Is.EqualTo(StatusCode.OK));
        Assert.That(call.GetTrailers().GetValue("echo-method"), Is.EqualTo("/test.v1.Echo/Say"));
        Assert.That(call.GetTrailers().GetValueBytes("echo-bin"), Is.EqualTo(new byte[] { 0, 255, 7 }));
    }

    [Test]
    public async Task A_refusal_carries_code_message_and_reason()
    {
        await using var echo = await EchoServer.StartAsync();

        var error = Assert.ThrowsAsync<RpcException>(async () => await echo.SayAsync(new EchoRequest { Behaviour = Behaviour.Refuse }));

        Assert.That(error.StatusCode, Is.EqualTo(StatusCode.FailedPrecondition));
        Assert.That(error.Status.Detail, Is.EqualTo("Not today: 100 % of it – come back."));
        Assert.That(error.GetErrorInfo()!.Reason, Is.EqualTo("not_today"));
        Assert.That(error.GetErrorInfo()!.Metadata["day"], Is.EqualTo("1"));
        Assert.That(error.GetRpcStatus()!.Code, Is.EqualTo((int)StatusCode.FailedPrecondition));
    }

    [Test]
    public async Task A_bug_in_a_method_is_internal_and_tells_nothing()
    {
        await using var echo = await EchoServer.StartAsync();

        var error = Assert.ThrowsAsync<RpcException>(async () => await echo.SayAsync(new EchoRequest { Behaviour = Behaviour.Fail }));

        Assert.That(error.StatusCode, Is.EqualTo(StatusCode.Internal));
        Assert.That(error.Message, Does.Not.Contain("secret"));
    }

    [Test]
    public async Task The_owners_own_exceptions_are_translated()
    {
        await using var echo = await EchoServer.StartAsync(options => options with
        {
            Translate = error => error is InvalidOperationException ? new RpcException(new Status(StatusCode.Aborted, "translated")) : null,
        });

        var error = Assert.ThrowsAsync<RpcException>(async () => await echo.SayAsync(new EchoRequest { Behaviour = Behaviour.Fail }));

        Assert.That(error.Status, Is.EqualTo(new Status(StatusCode.Aborted, "translated")));
    }

    [Test]
    public async Task A_deadline_ends_the_call_on_both_sides()
    {
        await using var echo = await EchoServer.StartAsync();

        var error = Assert.ThrowsAsync<RpcException>(async () => await echo.SayAsync(
            new EchoRequest { Behaviour = Behaviour.Wait }, new CallOptions(Deadline: DateTime.UtcNow.AddMilliseconds(200))));

        Assert.That(error.StatusCode, Is.EqualTo(StatusCode.DeadlineExceeded));
        await echo.Service.Cancelled.WaitAsync(EchoServer.Patience);
        await EchoServer.UntilAsync("the method has ended", () => echo.Service.Running == 0);
    }

    [Test]
    public async Task The_server_itself_answers_when_the_deadline_passes()
    {
        await using var echo = await EchoServer.StartAsync();

        var (_, status) = await echo.SendRawAsync(
            EchoServer.Say.FullName, EchoServer.Framed(new EchoRequest { Behaviour = Behaviour.Wait }), headers: ("grpc-timeout", "50m"));

        Assert.That(status, Is.EqualTo("4"));
        Assert.That(echo.Service.Context!.Deadline, Is.LessThan(DateTime.UtcNow.AddSeconds(1)));
    }

    [Test]
    public async Task A_deadline_that_has_passed_reaches_no_server()
    {
        await using var echo = await EchoServer.StartAsync();

        var error = Assert.ThrowsAsync<RpcException>(async () => await echo.SayAsync(
            new EchoRequest(), new CallOptions(Deadline: DateTime.UtcNow.AddSeconds(-1))));

        Assert.That(error.StatusCode, Is.EqualTo(StatusCode.DeadlineExceeded));
        Assert.That(echo.Service.Context, Is.Null);
    }

    [Test]
    public async Task A_call_that_is_given_up_ends_on_the_server()
    {
        await using var echo = await EchoServer.StartAsync();
        using var cancel = new CancellationTokenSource();

        using var call = echo.SayAsync(new EchoRequest { Behaviour = Behaviour.Wait }, EchoServer.Soon with { CancellationToken = cancel.Token });
        await EchoServer.UntilAsync("the method runs", () => echo.Service.Running == 1);
        await cancel.CancelAsync();

        var error = Assert.ThrowsAsync<RpcException>(async () => await call);
        Assert.That(error.StatusCode, Is.EqualTo(StatusCode.Cancelled));
        await echo.Service.Cancelled.WaitAsync(EchoServer.Patience);
    }

    [Test]
    public async Task Too_large_a_request_is_refused_and_the_connection_goes_on()
    {
        await using var echo = await EchoServer.StartAsync(options => options with { MaximumRequestBytes = 100_000 });

        var error = Assert.ThrowsAsync<RpcException>(async () => await echo.SayAsync(new EchoRequest { Payload = ByteString.CopyFrom(new byte[5_000_000]) }));

        Assert.That(error.StatusCode, Is.EqualTo(StatusCode.ResourceExhausted));
        Assert.That(echo.Service.Context, Is.Null);
        Assert.That((await echo.SayAsync(new EchoRequest())).Number, Is.EqualTo(1));
    }

    [Test]
    public async Task Too_large_an_answer_is_sent_by_no_server_and_taken_by_no_client()
    {
        var request = new EchoRequest { Payload = ByteString.CopyFrom(new byte[200_000]) };
        await using var careful = await EchoServer.StartAsync(options => options with { MaximumResponseBytes = 100_000 });
        await using var careless = await EchoServer.StartAsync(client: new GrpcChannelOptions { MaximumReceiveBytes = 100_000 });

        foreach (var echo in new[] { careful, careless })
        {
            var error = Assert.ThrowsAsync<RpcException>(async () => await echo.SayAsync(request));
            Assert.That(error.StatusCode, Is.EqualTo(StatusCode.ResourceExhausted));
        }
    }

    [Test]
    public async Task Too_large_a_request_is_not_even_sent()
    {
        await using var echo = await EchoServer.StartAsync(client: new GrpcChannelOptions { MaximumSendBytes = 1000 });

        var error = Assert.ThrowsAsync<RpcException>(async () => await echo.SayAsync(new EchoRequest { Payload = ByteString.CopyFrom(new byte[2000]) }));

        Assert.That(error.StatusCode, Is.EqualTo(StatusCode.ResourceExhausted));
        Assert.That(echo.Service.Context, Is.Null);
    }

    [Test]
    public async Task Requests_in_memory_are_bounded_together()
    {
        const long All = 150_000;
        var left = All;
        await using var echo = await EchoServer.StartAsync(options => options with
        {
            Reserve = bytes =>
            {
                if (Interlocked.Add(ref left, -bytes) >= 0)
                    return new Given(() => Interlocked.Add(ref left, bytes));
                Interlocked.Add(ref left, bytes);
                return null;
            },
        });
        var request = new EchoRequest { Payload = ByteString.CopyFrom(new byte[100_000]), Behaviour = Behaviour.Wait };
        using var cancel = new CancellationTokenSource();

        using var first = echo.SayAsync(request, EchoServer.Soon with { CancellationToken = cancel.Token });
        await EchoServer.UntilAsync("the first is in work", () => echo.Service.Running == 1);
        var error = Assert.ThrowsAsync<RpcException>(async () => await echo.SayAsync(request));
        Assert.That(error.StatusCode, Is.EqualTo(StatusCode.ResourceExhausted));

        await cancel.CancelAsync();
        await EchoServer.UntilAsync("all is given back", () => Volatile.Read(ref left) == All);
    }

    [Test]
    public async Task Many_calls_at_a_time_are_answered_each_with_its_own()
    {
        await using var echo = await EchoServer.StartAsync();

        var calls = Enumerable.Range(0, 500).Select(async i =>
        {
            var answer = await echo.SayAsync(new EchoRequest { Payload = ByteString.CopyFromUtf8($"{i}") });
            return answer.Payload.ToStringUtf8();
        });

        Assert.That(await Task.WhenAll(calls), Is.EqualTo(Enumerable.Range(0, 500).Select(i => $"{i}")));
    }

    [Test]
    public async Task A_server_that_is_not_there_is_unavailable()
    {
        var echo = await EchoServer.StartAsync();
        var address = echo.Server.Address;
        await echo.DisposeAsync();
        using var channel = GrpcChannel.ForAddress(address);

        var error = Assert.ThrowsAsync<RpcException>(async () => await channel.CreateCallInvoker().AsyncUnaryCall(EchoServer.Say, EchoServer.Soon, new EchoRequest()));

        Assert.That(error.StatusCode, Is.EqualTo(StatusCode.Unavailable));
    }

    [Test]
    public async Task Each_call_is_reported_with_its_end()
    {
        await using var echo = await EchoServer.StartAsync();

        await echo.SayAsync(new EchoRequest());
        Assert.ThrowsAsync<RpcException>(async () => await echo.SayAsync(new EchoRequest { Behaviour = Behaviour.Refuse }));
        await EchoServer.UntilAsync("two reports", () => echo.Reports.Count == 2);

        Assert.That(
            echo.Reports.Select(report => (report.Method, report.StatusCode, report.IsStreaming)),
            Is.EqualTo(new[] { ("/test.v1.Echo/Say", StatusCode.OK, false), ("/test.v1.Echo/Say", StatusCode.FailedPrecondition, false) }));
    }

    private sealed class Given(Action back) : IDisposable
    {
        public void Dispose() => back();
    }
}
