using System.Globalization;
using System.Text.RegularExpressions;
using SharedSequencer.Bench.Measuring;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Devnet.Processes;

namespace SharedSequencer.Bench.Networks;

/// <summary>The built tree's <c>scripts/devnet.sh</c>, from its first line to its first final transaction.</summary>
internal sealed partial class StartBench : IBench
{
    private const int Rounds = 2;

    /// <summary>Seconds.</summary>
    public const double Goal = 5;

    public string Name => "start";

    public string Description => "built tree to the first final transaction, by scripts/devnet.sh with everything it starts";

    public async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context, CancellationToken cancellation) =>
    [
        Figure.AtMost(
            "start",
            "s",
            await MeasureAsync(context, "--engine", NetworkEngineNames.CometBft, cancellation),
            Goal,
            "from the script's first line; CometBFT, node, geth, bitcoind, relayer and gateway start in it"),
    ];

    /// <returns>Seconds to the first final transaction, of each run.</returns>
    public static async Task<List<double>> MeasureAsync(BenchContext context, string option, string value, CancellationToken cancellation)
    {
        List<double> times = [];
        for (var round = 0; round < Rounds; round++)
        {
            using var folder = new TemporaryFolder();
            var data = folder.File("devnet");
            var log = folder.File("devnet.log");
            try
            {
                await using var devnet = ManagedProcess.Start(new ProcessSpec(
                    "devnet", Path.Combine(context.Root, "scripts", "devnet.sh"), ["--data", data, option, value, "--exit-after-demo"], log));
                await devnet.WaitForExitAsync(cancellation);
                var printed = await File.ReadAllTextAsync(log, cancellation);
                if (devnet.ExitCode != 0 || FirstFinal().Match(printed) is not { Success: true } match)
                    throw new InvalidDataException($"devnet.sh ended with code {devnet.ExitCode}:\n{devnet.LogTail()}");
                times.Add(double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
            }
            finally
            {
                NetworkReset.Run(data, _ => { });
            }
        }

        return times;
    }

    [GeneratedRegex(@"First final transaction ([0-9.]+) s after")]
    private static partial Regex FirstFinal();
}
