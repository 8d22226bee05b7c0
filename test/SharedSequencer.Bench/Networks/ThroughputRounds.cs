using SharedSequencer.Bench.Load;
using SharedSequencer.Bench.Measuring;
using SharedSequencer.Devnet.Programs;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine;

namespace SharedSequencer.Bench.Networks;

/// <summary>Rounds of the same load, first on the kvstore, then on the sequencer, each on a new chain of one validator.</summary>
internal sealed class ThroughputRounds
{
    private const int Accounts = 200;
    private const int Bytes = 1024;

    private readonly BenchContext _context;
    private readonly GenesisState _genesis;
    private readonly ReadOnlyMemory<byte>[] _signed;
    private readonly ReadOnlyMemory<byte>[] _unsigned;
    private readonly SignedTransaction _register;

    /// <param name="count">Transactions that are signed ahead: more than the fastest round takes.</param>
    public ThroughputRounds(BenchContext context, int count)
    {
        _context = context;
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var expiry = now + 20_000;
        var keys = LoadKeys.Many(Accounts);
        var owner = LoadKeys.Of(Accounts);
        _genesis = LoadGenesis.Of(keys.Append(owner), new BlockTime(now, 0));
        _signed = Array.ConvertAll(SignedLoad.Submissions(keys, count, Bytes, expiry), t => t.Raw);
        _unsigned = KeyValueLoad.Like(_signed);
        _register = LoadGenesis.Register(owner, expiry);
        context.Say($"{count} transactions of {_signed[0].Length} to {_signed[^1].Length} bytes, {Accounts} accounts");
    }

    public int Validators { get; init; } = 1;

    /// <summary>consensus.timeout_commit.</summary>
    public int CommitMilliseconds { get; init; } = 100;

    /// <summary>How it is sent; its transactions are put in.</summary>
    public LoadPlan Load { get; init; } = new() { Transactions = [] };

    /// <summary>The kvstore's rounds and ours in turns, and what they come to.</summary>
    /// <param name="name">Of the figure.</param>
    /// <param name="rounds">How many of each.</param>
    /// <param name="ours">One round of the sequencer.</param>
    /// <param name="goal">Of the kvstore's rate.</param>
    public async Task<IReadOnlyList<Figure>> CompareAsync(
        string name, int rounds, Func<CancellationToken, Task<LoadResult>> ours, double goal, CancellationToken cancellation)
    {
        var verify = SignatureCost.Measure();
        List<LoadResult> yardstick = [], runs = [];
        for (var round = 0; round < rounds; round++)
        {
            yardstick.Add(await KeyValueStoreAsync(cancellation));
            runs.Add(await ours(cancellation));
        }

        return ThroughputFigures.Of(name, yardstick, runs, goal, verify);
    }

    /// <summary>The yardstick: v0.38.25 with <c>abci-cli kvstore</c>, through CometBFT's RPC.</summary>
    public async Task<LoadResult> KeyValueStoreAsync(CancellationToken cancellation)
    {
        await using var network = await BenchNetwork.StartAsync(Plan(AppKind.KeyValueStore), _context.Folder, cancellation);
        var result = await new LoadRun(network.Nodes[0], Load with { Transactions = _unsigned }).RunAsync(() => ThroughRpc(network.Nodes[0]), cancellation);
        Say("kvstore", result);
        return result;
    }

    /// <summary>The same with the sequencer.</summary>
    public Task<LoadResult> SequencerAsync(CancellationToken cancellation) =>
        SequencerAsync("sequencer", Plan(AppKind.Sequencer), Load with { Transactions = _signed }, ThroughRpc, cancellation);

    /// <summary>The sequencer's own API, which fills the application's mempool of v0.40.0 without CometBFT's RPC.</summary>
    public Task<LoadResult> FastPathAsync(CancellationToken cancellation) => SequencerAsync(
        "fast path",
        Plan(AppKind.Sequencer) with
        {
            Profile = CometProfile.V040,
            NodeSettings = new Dictionary<string, string> { [FastPathBench.MempoolVariable] = FastPathBench.MempoolValue },
            CometSettings = new Dictionary<string, string>
            {
                ["consensus.timeout_commit"] = "\"100ms\"",
                ["mempool.reap_interval"] = "\"50ms\"",
            },
        },
        new LoadPlan { Transactions = _signed, PerWrite = 64, Window = 24_000, Warmup = 50_000, Measured = 120_000 },
        node => new ApiLine(node.Api),
        cancellation);

    private async Task<LoadResult> SequencerAsync(
        string name, BenchNetworkPlan plan, LoadPlan load, Func<BenchNode, ISender> connect, CancellationToken cancellation)
    {
        await using var network = await BenchNetwork.StartAsync(plan, _context.Folder, cancellation);
        var node = network.Nodes[0];
        using (var sender = connect(node))
        {
            await sender.ConnectAsync(cancellation);
            if (await sender.SendAsync(new[] { _register.Raw }, cancellation) != 1)
                throw new InvalidDataException("The load's namespace was not taken.");
        }

        using (var calls = new CometCalls(node.Rpc))
        {
            var registered = false;
            for (long height = 1; !registered; height++)
            {
                // CometBFT shows a block before the application has executed it, and the next one only after that.
                while (await calls.HeightAsync(cancellation) <= height)
                    await Task.Delay(20, cancellation);
                registered = (await calls.IdsAsync(height, cancellation)).Contains(_register.Id);
            }
        }

        var result = await new LoadRun(node, load).RunAsync(() => connect(node), cancellation);
        Say(name, result);
        return result;
    }

    private BenchNetworkPlan Plan(AppKind app) => new()
    {
        Root = _context.Root,
        App = app,
        Genesis = _genesis,
        Validators = Validators,
        CometSettings = new Dictionary<string, string>
        {
            ["consensus.timeout_commit"] = $"\"{CommitMilliseconds}ms\"",
            ["consensus.skip_timeout_commit"] = "false",
        },
    };

    private static ISender ThroughRpc(BenchNode node) => new RpcLine(node.Rpc, "broadcast_tx_async");

    private void Say(string name, LoadResult result) => _context.Say(
        $"{name}: {result.Rate:0} tx/s in {result.Seconds:0.0} s, {result.Blocks} blocks, {result.Lost} lost; a transaction: CometBFT {result.CometCpu:0} µs, application {result.AppCpu:0} µs, sender {result.SenderCpu:0} µs; {Statistics.Latency(result.Latencies)}");
}
