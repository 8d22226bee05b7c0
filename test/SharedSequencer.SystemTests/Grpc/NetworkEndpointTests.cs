using NUnit.Framework;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Grpc.Calls;
using SharedSequencer.Grpc.Client;
using SharedSequencer.SystemTests.Networks;
using V1 = Sequencer.V1;

namespace SharedSequencer.SystemTests.Grpc;

/// <summary>A local network says in endpoints.json where each of its nodes serves gRPC.</summary>
internal sealed class NetworkEndpointTests
{
    [Test]
    public async Task Each_node_of_a_network_serves_gRPC_where_the_endpoints_say()
    {
        await using var network = await TestNetwork.StartAsync(plan => plan with { Validators = 2, Bitcoin = false, Evm = false });

        var endpoints = Endpoints.Read(network.Network.Plan.Folder)!;

        Assert.That(endpoints.Grpc, Has.Count.EqualTo(2).And.Unique);
        foreach (var url in endpoints.Grpc)
        {
            using var channel = GrpcChannel.ForAddress(new Uri(url));
            var status = await channel.CreateCallInvoker().AsyncUnaryCall(
                Method<V1.GetStatusRequest, V1.Status>.Of(V1.ServiceReflection.Descriptor.Services[0], "GetStatus"),
                new CallOptions(Deadline: DateTime.UtcNow.AddSeconds(60)),
                new V1.GetStatusRequest());
            Assert.That(status.ChainId, Is.EqualTo(network.Network.Plan.ChainId));
        }
    }
}
