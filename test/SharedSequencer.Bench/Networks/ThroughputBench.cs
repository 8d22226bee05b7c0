using SharedSequencer.Bench.Load;
using SharedSequencer.Bench.Measuring;

namespace SharedSequencer.Bench.Networks;

/// <summary>Committed transactions through CometBFT v0.38.25's RPC, next to the kvstore's.</summary>
internal sealed class ThroughputBench : IBench
{
    private const int Rounds = 3;
    private const int Signed = 130_000;
    private const double Goal = 1.0;

    /// <summary>So many that there is always work for both cores; docs/throughput.md says what fewer give.</summary>
    private const int Connections = 40;

    public string Name => "throughput";

    public string Description => "committed 1 KB transactions through CometBFT v0.38.25's RPC, next to abci-cli kvstore";

    public Task<IReadOnlyList<Figure>> RunAsync(BenchContext context, CancellationToken cancellation)
    {
        var rounds = new ThroughputRounds(context, Signed) { Load = new LoadPlan { Transactions = [], Lines = Connections } };
        return rounds.CompareAsync(Name, Rounds, rounds.SequencerAsync, Goal, cancellation);
    }
}
