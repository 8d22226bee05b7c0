using System.Diagnostics;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Bench.Measuring;
using SharedSequencer.Client;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Bench.Networks;

/// <summary>The embedded engine: from submission to final over the API under light load, and from the built tree to the first final transaction.</summary>
internal sealed class EmbeddedBench : IBench
{
    private const int Rounds = 4;
    private const int PerRound = 100;
    private const double Goal = 15;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    public string Name => "embedded";

    public string Description => "the embedded engine: submission to final, and built tree to the first final transaction without CometBFT";

    public async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context, CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder();
        var plan = new NetworkPlan
        {
            Root = context.Root,
            Folder = folder.File("network"),
            Engine = NetworkEngine.Embedded,
            Bitcoin = false,
            Evm = false,
        };
        List<List<double>> rounds = [];
        await using (var network = await LocalNetwork.StartAsync(plan, context.Say, cancellation: cancellation))
        {
            using var client = new SequencerClient(network.Validators[0].Api);

            // The first round is the compiler's.
            for (var round = 0; round <= Rounds; round++)
            {
                var times = await MeasureAsync(client, network, round * PerRound, cancellation);
                if (round == 0)
                    continue;
                rounds.Add(times);
                context.Say($"submission to final: {Statistics.Latency(times)}");
            }
        }

        NetworkReset.Run(plan.Folder, _ => { });
        var starts = await StartBench.MeasureAsync(context, "--engine", NetworkEngineNames.Embedded, cancellation);
        return
        [
            Figure.AtMost("embedded-p50", "ms", [.. rounds.Select(r => Statistics.Percentile(r, 50))], Goal, "submitted to and heard of over the API, one after the other"),
            Figure.Report("embedded-p99", "ms", [.. rounds.Select(r => Statistics.Percentile(r, 99))]),
            Figure.AtMost("embedded-start", "s", starts, StartBench.Goal, "as 'start', without CometBFT"),
        ];
    }

    /// <returns>Milliseconds from submission to the event that says final.</returns>
    private static async Task<List<double>> MeasureAsync(SequencerClient client, LocalNetwork network, int from, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1) / LightLoad.PerSecond);
        List<double> times = [];
        for (var i = 0; i < PerRound; i++)
        {
            var transaction = SignedTransaction.Sign(
                new TransactionBody
                {
                    ChainId = network.Plan.ChainId,
                    Nonce = (ulong)(from + i),
                    MaxFeePerByte = 10,
                    TipPerByte = 1,
                    ExpiryTime = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 3600,
                    Actions = [new Transfer(network.Developer.PublicKey, 1)],
                },
                network.Developer);
            var start = Stopwatch.GetTimestamp();
            await client.SubmitAsync(transaction.Raw, cancellation);
            var status = await client.WaitForAsync(transaction.Id, TransactionStatuses.Final, s_patience, cancellation);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            if (status.Height is null)
                throw new InvalidOperationException($"A transfer was not made: {status.Status}, {status.Reason?.Message}");
            await timer.WaitForNextTickAsync(cancellation);
        }

        return times;
    }
}
