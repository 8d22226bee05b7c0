using SharedSequencer.Bench.Load;
using SharedSequencer.Bench.Measuring;

namespace SharedSequencer.Bench.Networks;

/// <summary>Rates next to the kvstore's and to what the machine's cores allow.</summary>
internal static class ThroughputFigures
{
    private const double Cores = 2;
    private const double ShareOfLimit = 0.9;

    /// <param name="goal">Of the kvstore's rate.</param>
    /// <param name="verify">Processor time of one verification in microseconds.</param>
    public static IReadOnlyList<Figure> Of(string name, IReadOnlyList<LoadResult> yardstick, IReadOnlyList<LoadResult> runs, double goal, double verify)
    {
        double[] rates = [.. runs.Select(r => r.Rate)];
        var rate = Statistics.Median(rates);
        var reference = Statistics.Median([.. yardstick.Select(r => r.Rate)]);
        var comet = Statistics.Median([.. runs.Select(r => r.CometCpu)]);
        var sender = Statistics.Median([.. runs.Select(r => r.SenderCpu)]);
        var app = Statistics.Median([.. runs.Select(r => r.AppCpu)]);
        var limit = Cores / ((comet + sender + verify) / 1e6);
        var busy = (comet + sender + app) * rate / 1e6;
        var latency = Statistics.Latency([.. runs.SelectMany(r => r.Latencies)]);
        return
        [
            new Figure
            {
                Name = name,
                Value = rate,
                Unit = "tx/s",
                Yardstick = "kvstore, unsigned",
                YardstickValue = reference,
                Ratio = rate / reference,
                Goal = $"≥ {goal:0.0} of the kvstore, or ≥ {ShareOfLimit} of the limit",
                Met = rate >= goal * reference || rate >= ShareOfLimit * limit,
                Runs = rates,
                Note = $"limit {limit:#,0} tx/s, reached {rate / limit:0.00} of it; a transaction: CometBFT {comet:0} µs, sender {sender:0} µs, application {app:0} µs of which verification {verify:0} µs: {(comet + sender + verify) / (comet + sender + app):0.00} by processor time; {busy:0.0} cores busy; {latency}",
            },
            Figure.AtMost($"{name}-lost", "tx", [runs.Max(r => r.Lost)], 0, "the most that a round lost: sent, and in no block"),
        ];
    }
}
