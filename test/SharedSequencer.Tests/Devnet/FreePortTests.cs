using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using SharedSequencer.Devnet.Processes;

namespace SharedSequencer.Tests.Devnet;

internal sealed class FreePortTests
{
    [Test]
    public void Ports_are_given_once_and_none_that_an_outgoing_connection_could_take()
    {
        var ports = Enumerable.Range(0, 500).Select(_ => FreePort.Next()).ToList();

        Assert.That(ports, Is.Unique);
        Assert.That(ports, Is.All.InRange(FreePort.First, FreePort.End - 1));
        foreach (var port in ports.Take(20))
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            Assert.That(listener.Start, Throws.Nothing);
        }
    }
}
