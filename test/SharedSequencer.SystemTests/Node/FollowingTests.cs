using NUnit.Framework;
using SharedSequencer.Client;
using SharedSequencer.Client.Verification;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.SystemTests.Engine;

namespace SharedSequencer.SystemTests.Node;

/// <summary>Following a namespace on a real node that is killed meanwhile, under headers that its engine gives.</summary>
[OnBothEngines]
internal sealed class FollowingTests(NetworkEngine engine)
{
    [Test]
    public async Task Through_kills_of_the_node_each_slice_comes_once_and_verified()
    {
        await using var chain = await LiveChain.StartAsync(engine);
        var id = await chain.RegisterAsync("followed");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var follower = new NamespaceFollower([chain.Api], new EngineHeaders(chain), FollowCursor.At(id));
        var writing = WriteAsync(chain, id, limit.Token);
        List<byte> payloads = [];
        await foreach (var followed in follower.FollowAsync(limit.Token))
        {
            payloads.AddRange(followed.Slice.Entries.Select(e => e.Payload.Span[0]));
            if (payloads.Count == 40)
                break;
        }

        await writing;
        Assert.That(payloads, Is.EqualTo(Enumerable.Range(0, 40).Select(i => (byte)i)));
    }

    private static async Task WriteAsync(LiveChain chain, NamespaceId id, CancellationToken cancellation)
    {
        using var sender = new AccountSender(chain.Client, chain.Key, new AccountSenderOptions { Attempts = 8 });
        for (var i = 0; i < 40; i++)
        {
            if (i is 12 or 25)
            {
                await chain.KillNodeAsync();
                await chain.StartProcessesAsync();
            }

            // What was only in the pool of a node that was killed is submitted again, the same bytes.
            var end = await sender.SendAndAwaitAsync([new SubmitData(id, new[] { (byte)i })], "final", TimeSpan.FromSeconds(60), cancellation);
            Assert.That(end.Height, Is.Not.Null, end.Reason?.Message);
        }
    }

    /// <summary>The chain's own CometBFT, or what stands in its place, is trusted.</summary>
    private sealed class EngineHeaders(LiveChain chain) : ITrustedHeaders
    {
        public Task<Header> AtAsync(long height, CancellationToken cancellation) =>
            chain.PollAsync($"header {height}", async () => (Header?)await HeaderOrNullAsync(height, cancellation));

        private async Task<Header?> HeaderOrNullAsync(long height, CancellationToken cancellation)
        {
            try
            {
                return await chain.Rpc.HeaderAsync(height, cancellation);
            }
            catch (CometRpcException)
            {
                // It restarts, or has not come so far.
                return null;
            }
        }
    }
}
