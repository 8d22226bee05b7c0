using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using SharedSequencer.Bench.InProcess;
using SharedSequencer.Bench.Measuring;
using SharedSequencer.Bench.Networks;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Devnet.Processes;

namespace SharedSequencer.Bench;

/// <summary>The command line of <c>scripts/bench.sh</c>.</summary>
internal static class BenchCommand
{
    private const int Failed = 1;

    // State comes first: it also measures the process's memory.
    private static readonly IBench[] s_benches =
    [
        new StateBench(), new CheckTxBench(), new ProposalBench(), new SliceProofBench(), new CommitCheckBench(), new CatchUpBench(),
        new ThroughputBench(), new FastPathBench(), new LatencyBench(), new FullLoadBench(), new StartBench(), new EmbeddedBench(), new SoakBench(),
    ];

    public static RootCommand Create()
    {
        var names = new Argument<string[]>("name") { Description = "What to measure; all but the long ones by default", Arity = ArgumentArity.ZeroOrMore };
        var json = new Option<string?>("--json") { Description = "Write the figures there too", HelpName = "FILE" };
        var list = new Option<bool>("--list") { Description = "Say what can be measured" };
        names.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (!s_benches.Any(b => b.Name == token.Value))
                    result.AddError($"'{token.Value}' is none of: {string.Join(", ", s_benches.Select(b => b.Name))}.");
            }
        });
        var root = new RootCommand("Measures, each figure next to its yardstick in the same run.") { names, json, list };
        root.SetAction(async (result, _) =>
        {
            if (result.GetValue(list))
            {
                foreach (var bench in s_benches)
                    Console.WriteLine($"{bench.Name,-12} {bench.Description}{(bench.IsDefault ? "" : " (only when named)")}");
                return 0;
            }

            var asked = result.GetValue(names) ?? [];
            var chosen = s_benches.Where(b => asked.Length == 0 ? b.IsDefault : asked.Contains(b.Name)).ToList();
            return await RunAsync(chosen, result.GetValue(json));
        });
        return root;
    }

    private static async Task<int> RunAsync(IReadOnlyList<IBench> benches, string? json)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var root = ProgramFinder.FindRoot();
        var folder = Path.Combine(root, "artifacts", "bench");
        Directory.CreateDirectory(folder);
        using var only = TakeLock(folder);
        if (only is null)
        {
            await Console.Error.WriteLineAsync($"bench: another run uses {folder}: wait for it.");
            return Failed;
        }

        new ProcessLedger(folder).EndLeftovers();
        Console.WriteLine(Machine.Describe(root));
        Console.WriteLine($"Load of the machine before: {Machine.Load()}");
        var context = new BenchContext(root, folder, line => Console.WriteLine($"  {line}"));
        List<Figure> figures = [];
        var failed = false;
        foreach (var bench in benches)
        {
            Console.WriteLine($"{bench.Name}: {bench.Description}");
            var started = Stopwatch.GetTimestamp();
            try
            {
                figures.AddRange(await bench.RunAsync(context, stop.Token));
                context.Say($"took {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                Console.WriteLine("bench: stopped");
                return Failed;
            }
            catch (Exception e) when (e is MissingProgramException or InvalidOperationException or InvalidDataException or IOException or TimeoutException or HttpRequestException)
            {
                // The other figures are worth having: this one is missing, and the run has failed.
                failed = true;
                await Console.Error.WriteLineAsync($"bench: {bench.Name} failed: {e.Message}");
            }
        }

        Console.WriteLine();
        Report.WriteTable(Console.Out, figures);
        Console.WriteLine($"Load of the machine after: {Machine.Load()}");
        if (json is not null)
            Report.WriteJson(json, figures);
        return failed ? Failed : 0;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private static FileStream? TakeLock(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
