using SharedSequencer.Application.Ports;
using SharedSequencer.Bench.Load;
using SharedSequencer.Bench.Measuring;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Storage;
using SharedSequencer.Storage.Pruning;

namespace SharedSequencer.Bench.InProcess;

/// <summary>Many blocks: whether memory stays, and what a transaction takes on disk.</summary>
internal sealed class SoakBench : IBench
{
    private const int Blocks = 20_000;
    private const int PerBlock = 40;
    private const int Bytes = 1024;
    private const int Accounts = 200;
    private const int SignedAhead = 100;
    private const int Kept = 1_000;
    private const double Goal = 0.10;

    public string Name => "soak";

    public string Description => "20,000 blocks of 40 KB, all but the newest 1,000 pruned: memory at a quarter and at the end, disk";

    public bool IsDefault => false;

    public Task<IReadOnlyList<Figure>> RunAsync(BenchContext context, CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder();
        var keys = LoadKeys.Many(Accounts);
        using var database = NodeDatabase.Open(folder.File("data"), "cometbft");
        var chain = new BenchChain(LoadGenesis.Of(keys.Append(LoadKeys.Of(Accounts)), BenchChain.Start), new SqliteChainStore(database, new Retention { Blocks = Kept }), new EvidenceAge(Kept, Kept / 10));
        chain.Admit(LoadGenesis.Register(LoadKeys.Of(Accounts), BenchChain.Expiry));
        chain.Advance();

        ProcessMemory.StartAnew();
        double quarter = 0, end = 0;
        for (var block = 0; block < Blocks; block += SignedAhead)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var transactions in SignedLoad.Submissions(keys, SignedAhead * PerBlock, Bytes, BenchChain.Expiry, block * PerBlock).Chunk(PerBlock))
            {
                Parallel.ForEach(transactions, t => _ = chain.Application.Check(t.Raw));
                foreach (var transaction in transactions)
                    chain.Admit(transaction);
                if (chain.Advance() != PerBlock)
                    throw new InvalidDataException($"A block has not taken its {PerBlock} transactions.");
            }

            if ((block + SignedAhead) * 4 % Blocks != 0)
                continue;
            ProcessMemory.Collect();
            end = ProcessMemory.Managed();
            if (quarter == 0)
                quarter = end;
            context.Say($"{block + SignedAhead} blocks: {end:0.0} MB managed, {ProcessMemory.Resident():0} MB resident");
        }

        var kept = new SqliteChainStore(database).Reader.Query(chain => chain.Tip()!.Height - chain.EarliestHeight() + 1);
        if (kept > 2 * Kept)
            throw new InvalidDataException($"{kept} blocks are kept; {Kept} were asked for.");
        var files = new DirectoryInfo(folder.File("data")).GetFiles();
        var disk = files.Sum(f => f.Length);
        var log = files.Where(f => f.Name.EndsWith("-wal", StringComparison.Ordinal)).Sum(f => f.Length);
        IReadOnlyList<Figure> figures =
        [
            new Figure
            {
                Name = "soak-memory",
                Value = end,
                Unit = "MB",
                Yardstick = "after a quarter of the blocks",
                YardstickValue = quarter,
                Ratio = end / quarter,
                Goal = "differs by ≤ 10 %",
                Met = Math.Abs((end / quarter) - 1) <= Goal,
                Runs = [end],
                Note = $"managed memory after a collection; {Blocks} blocks of {PerBlock} transactions",
            },
            Figure.Report("soak-disk", "bytes/tx", [(double)disk / (kept * PerBlock)], $"transactions of {Bytes} bytes, {kept} blocks kept: {disk / 1e6:0} MB, {log / 1e6:0} MB of them the log, after {Blocks} blocks"),
        ];
        return Task.FromResult(figures);
    }
}
