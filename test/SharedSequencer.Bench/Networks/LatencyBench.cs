using SharedSequencer.Bench.Load;
using SharedSequencer.Bench.Measuring;
using SharedSequencer.Primitives;

namespace SharedSequencer.Bench.Networks;

/// <summary>From submission to commit on four validators under light load, on one machine and with a delay between them.</summary>
internal sealed class LatencyBench : IBench
{
    private const int Validators = 4;
    private const int Accounts = 200;
    private const int Bytes = 1024;
    private const int Rounds = 4;
    private const double FastMedian = 40;
    private const double FastTail = 100;
    private const double FastRatio = 1.3;
    private const double FarRatio = 1.1;

    private static readonly TimeSpan s_halfRoundTrip = TimeSpan.FromMilliseconds(50);

    public string Name => "latency";

    public string Description => "submission to commit, four validators, light load: on one machine, and 100 ms apart, next to abci-cli kvstore";

    public async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context, CancellationToken cancellation)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var expiry = now + 20_000;
        var keys = LoadKeys.Many(Accounts);
        var owner = LoadKeys.Of(Accounts);
        var plan = new BenchNetworkPlan
        {
            Root = context.Root,
            App = AppKind.KeyValueStore,
            Genesis = LoadGenesis.Of(keys.Append(owner), new BlockTime(now, 0)),
            Validators = Validators,

            // A slow transaction is a figure, not a failure.
            CometSettings = new Dictionary<string, string> { ["rpc.timeout_broadcast_tx_commit"] = "\"60s\"" },
        };
        var register = LoadGenesis.Register(owner, expiry).Raw;
        var signed = Array.ConvertAll(SignedLoad.Submissions(keys, 4 * Accounts, Bytes, expiry), t => t.Raw);

        var fast = await MeasureAsync(context, plan, register, signed, perRound: 100, cancellation);
        var far = await MeasureAsync(context, plan with { Delay = s_halfRoundTrip }, register, signed, perRound: 60, cancellation);
        return
        [
            Of("latency-p50", fast, 50, FastRatio, FastMedian),
            Of("latency-p99", fast, 99, FastRatio, FastTail),
            Of("latency-100ms-p50", far, 50, FarRatio, null),
            Of("latency-100ms-p99", far, 99, FarRatio, null),
        ];
    }

    /// <summary>Both networks are up all the time and take the load in turns: what else the machine does meets both.</summary>
    private static async Task<Measured> MeasureAsync(
        BenchContext context, BenchNetworkPlan plan, ReadOnlyMemory<byte> register, ReadOnlyMemory<byte>[] signed, int perRound, CancellationToken cancellation)
    {
        var unsigned = KeyValueLoad.Like(signed);
        await using var reference = await BenchNetwork.StartAsync(plan, context.Folder, cancellation);
        await using var network = await BenchNetwork.StartAsync(plan with { App = AppKind.Sequencer }, context.Folder, cancellation);
        using (var calls = new CometCalls(network.Nodes[0].Rpc))
            await calls.CommitAsync(register, cancellation);

        var measured = new Measured([], []);
        for (var round = 0; round <= Rounds; round++)
        {
            // Each account's next transaction comes long after its last one: 200 of them take turns.
            var from = round * perRound;
            var theirs = await LightLoad.RunAsync(reference, unsigned.AsMemory(from, perRound), cancellation);
            var ours = await LightLoad.RunAsync(network, signed.AsMemory(from, perRound), cancellation);

            // The first round is the compiler's.
            if (round == 0)
                continue;
            measured.Reference.Add(theirs);
            measured.Runs.Add(ours);
            context.Say($"{(plan.Delay == TimeSpan.Zero ? "one machine" : "100 ms apart")}: kvstore {Statistics.Latency(measured.Reference[^1])}; sequencer {Statistics.Latency(measured.Runs[^1])}");
        }

        return measured;
    }

    private static Figure Of(string name, Measured measured, double percent, double ratio, double? limit)
    {
        double[] runs = [.. measured.Runs.Select(r => Statistics.Percentile(r, percent))];
        var value = Statistics.Percentile([.. measured.Runs.SelectMany(r => r)], percent);
        var reference = Statistics.Percentile([.. measured.Reference.SelectMany(r => r)], percent);
        return new Figure
        {
            Name = name,
            Value = value,
            Unit = "ms",
            Yardstick = "kvstore",
            YardstickValue = reference,
            Ratio = value / reference,
            Goal = (limit is { } most ? $"≤ {most:0} ms and " : "") + $"≤ {ratio:0.0} of the kvstore",
            Met = (limit is null || value <= limit) && value <= ratio * reference,
            Runs = runs,
            Note = $"over all {measured.Runs.Sum(r => r.Count)} transactions, at {LightLoad.PerSecond} a second over all nodes",
        };
    }

    private sealed record Measured(List<List<double>> Reference, List<List<double>> Runs);
}
