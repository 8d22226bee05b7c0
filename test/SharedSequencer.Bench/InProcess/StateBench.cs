using System.Buffers.Binary;
using System.Diagnostics;
using SharedSequencer.Application.Ports;
using SharedSequencer.Bench.Load;
using SharedSequencer.Bench.Measuring;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;
using SharedSequencer.StateMachine;
using SharedSequencer.StateMachine.Execution;
using SharedSequencer.StateMachine.State;
using SharedSequencer.Storage;

namespace SharedSequencer.Bench.InProcess;

/// <summary>Blocks that touch 10,000 accounts among many: the new root and the whole commit, memory, and a start.</summary>
internal sealed class StateBench : IBench
{
    private const int Touched = 10_000;

    /// <summary>Of a quiet block: few enough that they share little of their ways to the root, as log n asks.</summary>
    private const int FewTouched = 100;

    /// <summary>More than are kept to be stepped back over, so that older ones are folded meanwhile.</summary>
    private const int Blocks = 180;
    private const int Warmup = 40;

    private static readonly int[] s_sizes = [10_000, 100_000, 1_000_000];

    public string Name => "state";

    public string Description => "10,000 touched accounts among 10^4, 10^5 and 10^6: root and commit, memory, start";

    public Task<IReadOnlyList<Figure>> RunAsync(BenchContext context, CancellationToken cancellation)
    {
        List<Figure> figures = [];
        List<double> quiet = [];
        foreach (var size in s_sizes)
        {
            cancellation.ThrowIfCancellationRequested();
            context.Say($"{size} accounts");
            Measure(size, figures, quiet);
            ProcessMemory.Collect();
        }

        figures.Add(new Figure
        {
            Name = "state-growth",
            Value = quiet[^1],
            Unit = "ms",
            Yardstick = $"among {s_sizes[0]}: {quiet[0]:0.00} ms; among {s_sizes[1]}: {quiet[1]:0.00} ms",
            YardstickValue = quiet[0],
            Ratio = quiet[^1] / quiet[0],
            Goal = $"{FewTouched} accounts: as log n grows, ≤ 2.0 for a hundred times the accounts",
            Met = quiet[^1] / quiet[0] <= 2.0,
            Runs = quiet,
        });
        return Task.FromResult<IReadOnlyList<Figure>>(figures);
    }

    private static void Measure(int size, List<Figure> figures, List<double> quiet)
    {
        var isLargest = size == s_sizes[^1];
        using var folder = new TemporaryFolder();
        List<double> roots = [], commits = [], totals = [], cpu = [];
        using (var database = NodeDatabase.Open(folder.File("data"), "cometbft"))
        {
            var store = new SqliteChainStore(database);
            var state = Create(store, size);
            if (isLargest)
                ProcessMemory.StartAnew();
            var random = new Random(size);
            for (var block = 0; block < Blocks; block++)
            {
                var used = CpuTime.OfThis();
                var (root, total) = Run(store, ref state, Choose(random, size, Touched));
                if (block < Warmup)
                    continue;
                roots.Add(root);
                commits.Add(total - root);
                totals.Add(total);
                cpu.Add((CpuTime.OfThis() - used) * 1000);
            }

            List<double> few = [];
            for (var block = 0; block < Blocks; block++)
                few.Add(Run(store, ref state, Choose(random, size, FewTouched)).Total);
            quiet.Add(Statistics.Median(few));
        }

        var parts = $"root {Statistics.Median(roots):0.0} ms, SQLite {Statistics.Median(commits):0.0} ms; processor time {Statistics.Median(cpu):0} ms";
        if (!isLargest)
        {
            figures.Add(Figure.Report($"state-commit-{size}", "ms", totals, parts));
            return;
        }

        figures.Add(Figure.AtMost($"state-commit-{size}", "ms", totals, 100, parts));
        figures.Add(Figure.AtMost("state-memory", "MB", [ProcessMemory.Peak()], 1024, $"peak of the whole process while blocks are committed among {size} accounts"));

        // As a process that starts: nothing of the old state is left.
        ProcessMemory.StartAnew();
        var startCpu = CpuTime.OfThis();
        var opening = Stopwatch.GetTimestamp();
        using (var database = NodeDatabase.Open(folder.File("data"), "cometbft"))
        {
            if (new SqliteChainStore(database).Load(out _) is null)
                throw new InvalidDataException("Nothing was stored.");
        }

        figures.Add(Figure.AtMost("state-start", "s", [Stopwatch.GetElapsedTime(opening).TotalSeconds], 5, $"open the database, rebuild and check the root of {size} accounts; processor time {CpuTime.OfThis() - startCpu:0.0} s, peak {ProcessMemory.Peak():0} MB"));
    }

    /// <summary>The first block, which stores genesis.</summary>
    private static ChainState Create(SqliteChainStore store, int size)
    {
        var genesis = new GenesisState
        {
            ChainId = LoadGenesis.ChainId,
            Time = BenchChain.Start,
            Parameters = new ChainParameters(),
            Accounts = [.. Enumerable.Range(0, size).Select(i => new KeyValuePair<AccountId, ulong>(AccountOf(i), 1_000_000))],
        };
        var executed = new BlockExecution(ChainState.AtGenesis(genesis), new BlockContext(1, BenchChain.Start)).Seal();
        Commit(store, executed, genesis.Entries());
        return executed.State;
    }

    /// <summary>One block: milliseconds until the root is there, and until all is committed.</summary>
    private static (double Root, double Total) Run(SqliteChainStore store, ref ChainState state, int[] accounts)
    {
        var start = Stopwatch.GetTimestamp();
        var executed = Execute(state, accounts);
        var root = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Commit(store, executed, executed.Changes);
        state = executed.State;
        return (root, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    private static int[] Choose(Random random, int size, int count)
    {
        HashSet<int> chosen = [];
        while (chosen.Count < count)
            chosen.Add(random.Next(size));
        return [.. chosen];
    }

    /// <summary>What a block of transfers leaves behind, without the transfers: they are measured elsewhere.</summary>
    private static ExecutedBlock Execute(ChainState parent, int[] accounts)
    {
        var fork = new StateFork(parent);
        foreach (var index in accounts)
        {
            var id = AccountOf(index);
            var account = fork.Account(id);
            fork.SetAccount(id, account with { Balance = account.Balance + 1, Nonce = account.Nonce + 1 });
        }

        var context = new BlockContext(parent.Height + 1, BenchChain.Start);
        var changes = fork.Changes();
        return new ExecutedBlock
        {
            Context = context,
            Transactions = [],
            Preamble = null,
            Slices = [],
            Changes = changes,
            Parent = parent,
            State = parent.With(changes, parent.SlicePeaks, context.Height, context.Time),
        };
    }

    private static void Commit(SqliteChainStore store, ExecutedBlock executed, IReadOnlyList<Merkle.StateChange> changes) => store.Commit(new CommittedBlock
    {
        Hash = Hash256.Of(BitConverter.GetBytes(executed.Context.Height)),
        Execution = executed,
        Changes = changes,
        Proposer = new byte[20],
    });

    private static AccountId AccountOf(int index)
    {
        Span<byte> seed = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(seed, index);
        return AccountId.From(Hash256.Of(seed).Span);
    }
}
