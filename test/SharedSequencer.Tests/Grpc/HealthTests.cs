using NUnit.Framework;
using SharedSequencer.Grpc.Calls;
using SharedSequencer.Grpc.Messages.Health;
using ServingStatus = SharedSequencer.Grpc.Messages.Health.HealthCheckResponse.Types.ServingStatus;

namespace SharedSequencer.Tests.Grpc;

/// <summary><c>grpc.health.v1</c></summary>
internal sealed class HealthTests
{
    private static readonly Method<HealthCheckRequest, HealthCheckResponse> s_check =
        Method<HealthCheckRequest, HealthCheckResponse>.Of(HealthReflection.Descriptor.Services[0], "Check");

    private static readonly Method<HealthCheckRequest, HealthCheckResponse> s_watch =
        Method<HealthCheckRequest, HealthCheckResponse>.Of(HealthReflection.Descriptor.Services[0], "Watch");

    [TestCase("")]
    [TestCase("test.v1.Echo")]
    public async Task A_service_is_healthy_when_it_was_said_to_be(string service)
    {
        await using var echo = await EchoServer.StartAsync();
        var request = new HealthCheckRequest { Service = service };

        var before = await echo.Invoker.AsyncUnaryCall(s_check, EchoServer.Soon, request);
        echo.Server.Health.SetAll(isServing: true);
        var after = await echo.Invoker.AsyncUnaryCall(s_check, EchoServer.Soon, request);

        Assert.That((before.Status, after.Status), Is.EqualTo((ServingStatus.NotServing, ServingStatus.Serving)));
    }

    [Test]
    public async Task A_service_that_is_not_there_is_not_found()
    {
        await using var echo = await EchoServer.StartAsync();

        var error = Assert.ThrowsAsync<RpcException>(
            async () => await echo.Invoker.AsyncUnaryCall(s_check, EchoServer.Soon, new HealthCheckRequest { Service = "test.v1.Choir" }));

        Assert.That(error.StatusCode, Is.EqualTo(StatusCode.NotFound));
    }

    [Test]
    public async Task A_watcher_sees_each_change()
    {
        await using var echo = await EchoServer.StartAsync();
        using var call = echo.Invoker.AsyncServerStreamingCall(s_watch, EchoServer.Soon, new HealthCheckRequest());
        List<ServingStatus> seen = [];

        foreach (var isServing in new[] { true, false, true })
        {
            Assert.That(await call.ResponseStream.MoveNext(default), Is.True);
            seen.Add(call.ResponseStream.Current.Status);
            echo.Server.Health.SetAll(isServing);
        }

        Assert.That(seen, Is.EqualTo(new[] { ServingStatus.NotServing, ServingStatus.Serving, ServingStatus.NotServing }));
    }

    [Test]
    public async Task A_watcher_of_an_unknown_service_is_told_so()
    {
        await using var echo = await EchoServer.StartAsync();
        using var call = echo.Invoker.AsyncServerStreamingCall(s_watch, EchoServer.Soon, new HealthCheckRequest { Service = "test.v1.Choir" });

        Assert.That(await call.ResponseStream.MoveNext(default), Is.True);
        Assert.That(call.ResponseStream.Current.Status, Is.EqualTo(ServingStatus.ServiceUnknown));
    }
}
