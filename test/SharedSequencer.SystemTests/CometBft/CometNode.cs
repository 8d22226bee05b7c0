using NUnit.Framework;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Devnet.Programs;

namespace SharedSequencer.SystemTests.CometBft;

/// <summary>A real CometBFT node with its built-in kvstore, alone on its network but for validators that never vote.</summary>
internal sealed class CometNode : IAsyncDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder;
    private readonly ManagedProcess _process;

    private CometNode(TemporaryFolder folder, ManagedProcess process, CometHome home, CometRpcClient client)
    {
        _folder = folder;
        _process = process;
        Home = home;
        Client = client;
    }

    public CometHome Home { get; }

    public CometRpcClient Client { get; }

    public static string Templates => Path.Combine(ProgramFinder.FindRoot(), "cometbft-config");

    /// <summary>The program, or the test is skipped.</summary>
    public static string Program(ProgramKind kind)
    {
        var program = ProgramFinder.Find(kind, ProgramFinder.FindRoot());
        if (program is null)
            Assert.Ignore($"{kind} is missing: install it, or name it as ProgramFinder says.");
        return program!;
    }

    /// <param name="absent">Validators of power 1 that are in the set and never vote.</param>
    public static async Task<CometNode> StartAsync(
        ProgramKind kind, CometProfile profile, IReadOnlyList<ConsensusKey> absent, IReadOnlyDictionary<string, string>? overrides = null)
    {
        var folder = new TemporaryFolder();
        var home = await CometHome.PrepareAsync(new CometHomeOptions
        {
            Program = Program(kind),
            Home = folder.File("home"),
            Templates = Templates,
            Profile = profile,
            Overrides = overrides ?? new Dictionary<string, string>(),
        });
        home.WriteGenesis(new CometGenesis(
            "kvstore-chain",
            CometTime.From(DateTimeOffset.UtcNow),
            null,
            [(home.ValidatorKey, 1_000_000), .. absent.Select(key => (key, 1L))]));
        var start = new CometStart("kvstore", FreePort.Next(), FreePort.Next(), []);
        var process = ManagedProcess.Start(home.Start(start, folder.File("cometbft.log")));
        var node = new CometNode(folder, process, home, new CometRpcClient(new CometRpcOptions { Address = start.RpcAddress }));
        try
        {
            await node.WaitForHeightAsync(1);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the newest block is at least this high.</summary>
    public Task<ChainStatus> WaitForHeightAsync(long height) =>
        PollAsync($"height {height}", async () =>
        {
            var status = await Client.StatusAsync();
            return status.LatestHeight >= height ? status : null;
        });

    public Task<T> PollAsync<T>(string what, Func<Task<T?>> ask)
        where T : class => PollAsync(what, ask, _process);

    /// <summary>Asks again until there is an answer, the program ends, or 30 s have passed.</summary>
    public static async Task<T> PollAsync<T>(string what, Func<Task<T?>> ask, ManagedProcess process)
        where T : class
    {
        using var deadline = new CancellationTokenSource(s_deadline);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        Exception? last = null;
        do
        {
            try
            {
                if (await ask() is { } answer)
                    return answer;
            }
            catch (CometRpcException exception) when (exception.Failure is CometRpcFailure.Unreachable or CometRpcFailure.NotFound or CometRpcFailure.HeightAhead)
            {
                last = exception;
            }
        }
        while (!process.HasExited && !deadline.IsCancellationRequested && await timer.WaitForNextTickAsync());
        throw new AssertionException($"CometBFT did not reach {what}: {last?.Message}\n{process.LogTail()}");
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _process.DisposeAsync();
        _folder.Dispose();
    }
}
