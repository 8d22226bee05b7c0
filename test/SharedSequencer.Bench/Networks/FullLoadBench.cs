using SharedSequencer.Bench.Load;
using SharedSequencer.Bench.Measuring;

namespace SharedSequencer.Bench.Networks;

/// <summary>Four validators that are sent more than they take: how much is committed, and how long a transaction then waits.</summary>
internal sealed class FullLoadBench : IBench
{
    private const int Signed = 24_000;
    private const int Validators = 4;

    private static readonly LoadPlan s_load = new() { Transactions = [], Window = 4_000, Warmup = 4_000, Measured = 12_000 };

    public string Name => "full-load";

    public string Description => "four validators under full load, with timeout_commit 0 and 100 ms, next to abci-cli kvstore";

    public bool IsDefault => false;

    public async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context, CancellationToken cancellation)
    {
        List<Figure> figures = [];
        foreach (var wait in new[] { 0, 100 })
        {
            var rounds = new ThroughputRounds(context, Signed) { Validators = Validators, CommitMilliseconds = wait, Load = s_load };
            var theirs = await rounds.KeyValueStoreAsync(cancellation);
            var ours = await rounds.SequencerAsync(cancellation);
            var suffix = wait == 0 ? "" : $"-{wait}ms";
            figures.Add(Of($"full-load{suffix}", "tx/s", ours.Rate, theirs.Rate, ours));
            figures.Add(Of($"full-load{suffix}-p50", "ms", Statistics.Percentile(ours.Latencies, 50), Statistics.Percentile(theirs.Latencies, 50), ours));
            figures.Add(Of($"full-load{suffix}-p99", "ms", Statistics.Percentile(ours.Latencies, 99), Statistics.Percentile(theirs.Latencies, 99), ours));
            figures.Add(Figure.AtMost($"full-load{suffix}-lost", "tx", [ours.Lost], 0, "sent, and in no block"));
        }

        return figures;
    }

    private static Figure Of(string name, string unit, double value, double yardstick, LoadResult run) => new()
    {
        Name = name,
        Value = value,
        Unit = unit,
        Yardstick = "kvstore, unsigned",
        YardstickValue = yardstick,
        Ratio = value / yardstick,
        Runs = [value],
        Note = $"{Validators} validators, {s_load.Window} transactions always under way, {run.Committed} in {run.Blocks} blocks",
    };
}
