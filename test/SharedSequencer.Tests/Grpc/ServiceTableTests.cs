using NUnit.Framework;
using SharedSequencer.Grpc.Calls;
using SharedSequencer.Grpc.Messages.Health;
using SharedSequencer.Grpc.Server;

namespace SharedSequencer.Tests.Grpc;

/// <summary>A service's table comes from its descriptor; what does not fit is known at start.</summary>
internal sealed class ServiceTableTests
{
    [Test]
    public void A_missing_method_is_refused() =>
        Assert.That(
            Assert.Throws<ArgumentException>(() => GrpcService.Of(EchoReflection.Descriptor.Services[0], new OnlySay()))!.Message,
            Does.Contain("Repeat"));

    [Test]
    public void A_method_of_another_form_is_refused() =>
        Assert.That(
            Assert.Throws<ArgumentException>(() => GrpcService.Of(EchoReflection.Descriptor.Services[0], new OtherForm()))!.Message,
            Does.Contain("test.v1.Echo.Repeat"));

    [Test]
    public void A_client_knows_a_methods_messages()
    {
        var service = EchoReflection.Descriptor.Services[0];

        Assert.Throws<ArgumentException>(() => Method<EchoRequest, EchoResponse>.Of(service, "Sing"));
        Assert.Throws<ArgumentException>(() => Method<EchoRequest, HealthCheckResponse>.Of(service, "Say"));
    }

    [Test]
    public async Task A_server_with_the_same_service_twice_is_refused()
    {
        await using var echo = await EchoServer.StartAsync();
        var service = GrpcService.Of(EchoReflection.Descriptor.Services[0], new EchoService());

        Assert.Throws<ArgumentException>(() => _ = new GrpcServer(
            new GrpcServerOptions { Listen = new(System.Net.IPAddress.Loopback, 0) }, [service, service], Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance));
    }

    private class OnlySay
    {
        public Task<EchoResponse> Say(EchoRequest request, ServerCallContext context) => Task.FromResult(new EchoResponse());
    }

    private sealed class OtherForm : OnlySay
    {
        public Task<EchoResponse> Repeat(EchoRequest request, ServerCallContext context) => Task.FromResult(new EchoResponse());
    }
}
