using SharedSequencer.Bench.Load;
using SharedSequencer.Devnet.Processes;

namespace SharedSequencer.Bench.Networks;

/// <summary>One validator: CometBFT and its application.</summary>
internal sealed record BenchNode(Uri Rpc, Uri Api, ManagedProcess Comet, ManagedProcess App)
{
    public async Task UntilFirstBlockAsync(TimeSpan limit, CancellationToken cancellation)
    {
        using var rpc = new CometCalls(Rpc);
        await Readiness.UntilAsync(Comet, "no block yet", limit, async token => await rpc.HeightAsync(token) > 0 ? null : "height 0", cancellation);
    }
}
