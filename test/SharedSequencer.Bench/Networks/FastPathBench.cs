using SharedSequencer.Bench.Measuring;

namespace SharedSequencer.Bench.Networks;

/// <summary>Committed transactions through our own API into the application's mempool of v0.40.0, next to the kvstore's.</summary>
internal sealed class FastPathBench : IBench
{
    /// <summary>Tells the node that its own pool is CometBFT's mempool.</summary>
    public const string MempoolVariable = "SEQ_SEQUENCER_COMETBFT_MEMPOOL";

    public const string MempoolValue = "app";

    private const int Rounds = 2;
    private const int Signed = 210_000;
    private const double Goal = 2.0;

    public string Name => "fastpath";

    public string Description => "committed 1 KB transactions through our API and CometBFT v0.40.0's app mempool, next to abci-cli kvstore";

    public Task<IReadOnlyList<Figure>> RunAsync(BenchContext context, CancellationToken cancellation)
    {
        var rounds = new ThroughputRounds(context, Signed);
        return rounds.CompareAsync(Name, Rounds, rounds.FastPathAsync, Goal, cancellation);
    }
}
