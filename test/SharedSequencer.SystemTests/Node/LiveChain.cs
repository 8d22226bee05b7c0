using NUnit.Framework;
using SharedSequencer.Client;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.Cryptography;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Devnet.Programs;
using SharedSequencer.Engine;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.SystemTests.Engine;

namespace SharedSequencer.SystemTests.Node;

/// <summary>
/// A chain of one validator: the real program <c>sequencer</c>, beside a real CometBFT that makes empty blocks quickly or
/// with its embedded engine, on files that outlive them.
/// </summary>
internal sealed class LiveChain : IAsyncDisposable
{
    public const string ChainId = "live-chain";

    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(90);

    private readonly TemporaryFolder _folder = new();
    private readonly CometHome? _comet;
    private readonly CometStart _cometStart;
    private readonly int _apiPort = FreePort.Next();
    private readonly int _grpcPort = FreePort.Next();
    private readonly int _adminPort = FreePort.Next();
    private ManagedProcess? _node;
    private ManagedProcess? _cometProcess;

    /// <param name="comet">Null on the embedded engine.</param>
    private LiveChain(CometHome? comet, TemporaryFolder folder)
    {
        _comet = comet;
        _folder = folder;
        _cometStart = new CometStart($"unix://{Home}/run/abci.sock", FreePort.Next(), FreePort.Next(), []);
        Client = new SequencerClient(new Uri($"http://127.0.0.1:{_apiPort}"));
        Rpc = new CometRpcClient(new CometRpcOptions { Address = _cometStart.RpcAddress });
    }

    /// <summary>As the node's setting has it: cometbft or embedded.</summary>
    public string Engine => (_comet is null ? NetworkEngine.Embedded : NetworkEngine.CometBft).NameOf();

    /// <summary>An account with coins.</summary>
    public SecretKey Key { get; } = SecretKey.From(Hash256.Of("live"u8).Span);

    public SequencerClient Client { get; }

    public CometRpcClient Rpc { get; }

    /// <summary>Variables of the node's next start, over those it always gets.</summary>
    public Dictionary<string, string?> Overrides { get; } = [];

    public string Home => Path.Combine(_folder.Path, "node");

    public Uri Api => Client.Node;

    public Uri GrpcUrl => new($"http://127.0.0.1:{_grpcPort}");

    public Uri AdminUrl => new($"http://127.0.0.1:{_adminPort}");

    public SequencerAdminClient Admin => new(
        AdminUrl, File.ReadAllText(Path.Combine(Home, "config", "admin.token")));

    /// <summary>CometBFT's home.</summary>
    public string CometFolder => _comet!.Path;

    /// <summary>The node's process.</summary>
    public int NodeProcess => _node!.Id;

    /// <summary>Makes homes and genesis with the programs themselves, and starts them.</summary>
    /// <param name="overrides">Variables of the node's first start; it is not waited for when there are some.</param>
    public static async Task<LiveChain> StartAsync(NetworkEngine engine, IReadOnlyDictionary<string, string>? overrides = null)
    {
        var folder = new TemporaryFolder();
        var chain = new LiveChain(engine == NetworkEngine.CometBft ? await PrepareCometAsync(folder) : null, folder);
        try
        {
            await chain.RunAsync("init", "--home", chain.Home);
            var engineHome = new EngineHome(Path.Combine(chain.Home, "engine"));
            var genesis = chain._comet?.GenesisFile ?? engineHome.GenesisFile;
            File.Delete(genesis);
            await chain.RunAsync(
                "genesis", "new", "--chain-id", ChainId, "--account", $"{chain.Key.PublicKey}=1000000000000",
                "--validator", $"{(chain._comet is { } comet ? Path.Combine(comet.Path, "config", "priv_validator_key.json") : engineHome.KeyFile)}=10", "--out", genesis);
            await chain.RunAsync("genesis", "check", genesis);
            foreach (var (name, value) in overrides ?? new Dictionary<string, string>())
                chain.Overrides[name] = value;
            await chain.StartProcessesAsync(waitUntilReady: overrides is null);
            return chain;
        }
        catch
        {
            await chain.DisposeAsync();
            throw;
        }
    }

    private static async Task<CometHome> PrepareCometAsync(TemporaryFolder folder)
    {
        var program = ProgramFinder.Find(ProgramKind.CometBft, ProgramFinder.FindRoot());
        if (program is null)
            Assert.Ignore("CometBFT v0.38.25 is missing: name it with COMETBFT.");
        return await CometHome.PrepareAsync(new CometHomeOptions
        {
            Program = program!,
            Home = folder.File("comet"),
            Templates = Path.Combine(ProgramFinder.FindRoot(), "cometbft-config"),
            Overrides = ShortBlocks.Overrides,
        });
    }

    /// <summary>Starts what does not run, and waits until the node is ready.</summary>
    public async Task StartProcessesAsync(bool waitUntilReady = true)
    {
        if (_node is null)
        {
            await EndLostCometAsync();
            await StartNodeAsync();
        }

        if (_cometProcess is not null && _cometProcess.HasExited)
            await KillCometAsync();
        if (_comet is not null)
            _cometProcess ??= ManagedProcess.Start(_comet.Start(_cometStart, _folder.File("comet.log")));
        if (!waitUntilReady)
            return;
        using var http = new HttpClient();
        await PollAsync("a ready node", async () =>
        {
            await RestartEndedCometAsync();
            using var answer = await http.GetAsync(new Uri(Api, "/readyz"));
            return answer.IsSuccessStatusCode ? answer : null;
        });
    }

    public async Task KillNodeAsync()
    {
        if (_node is { } node)
        {
            _node = null;
            await node.KillAsync();
            await node.DisposeAsync();
        }
    }

    public async Task KillCometAsync()
    {
        if (_cometProcess is { } comet)
        {
            _cometProcess = null;
            await comet.KillAsync();
            await comet.DisposeAsync();
        }
    }

    /// <summary>SIGTERM; true when the program ended by itself within 15 s, with exit code 0.</summary>
    public async Task<bool> StopNodeAsync()
    {
        var node = _node!;
        _node = null;
        var clean = await node.StopAsync(TimeSpan.FromSeconds(15)) && node.ExitCode == 0;
        await node.DisposeAsync();
        return clean;
    }

    /// <summary>A signed transaction of the account.</summary>
    public async Task<SignedTransaction> SignAsync(ulong nonce, params IReadOnlyList<TransactionAction> actions)
    {
        var status = await Client.GetStatusAsync();
        return SignedTransaction.Sign(
            new TransactionBody
            {
                ChainId = ChainId,
                Nonce = nonce,
                MaxFeePerByte = 10,
                TipPerByte = 1,
                ExpiryTime = Math.Max(status.Time.ToUnixTimeSeconds(), DateTimeOffset.UtcNow.ToUnixTimeSeconds()) + 3600,
                Actions = actions,
            },
            Key);
    }

    /// <summary>Registers a namespace and waits until it is final.</summary>
    public async Task<NamespaceId> RegisterAsync(string name)
    {
        using var sender = new AccountSender(Client, Key);
        var sent = await sender.SendAsync([new RegisterNamespace(name, new NamespaceSettings(), 1_000_000)]);
        await Client.WaitForAsync(sent.Transaction.Id, "final", TimeSpan.FromSeconds(30));
        return NamespaceId.OfName(name);
    }

    /// <summary>Asks again until there is an answer; what does not answer yet counts as none.</summary>
    public async Task<T> PollAsync<T>(string what, Func<Task<T?>> ask)
        where T : class
    {
        using var deadline = new CancellationTokenSource(s_deadline);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        Exception? last = null;
        do
        {
            try
            {
                if (await ask() is { } answer)
                    return answer;
            }
            catch (Exception error) when (error is HttpRequestException or SequencerConnectionException or SequencerApiException or TaskCanceledException)
            {
                last = error;
            }
        }
        while (_node?.HasExited != true && !deadline.IsCancellationRequested && await timer.WaitForNextTickAsync());
        throw new AssertionException($"There was no {what}: {last?.Message}\n{LogTails()}");
    }

    /// <summary>Waits until the node has ended by itself.</summary>
    /// <returns>Its exit code, and what it said last.</returns>
    public async Task<(int ExitCode, string Words)> WaitForNodesEndAsync()
    {
        using var deadline = new CancellationTokenSource(s_deadline);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        var node = _node!;
        while (!node.HasExited)
        {
            Assert.That(deadline.IsCancellationRequested, Is.False, $"The node does not end:\n{LogTails()}");
            await RestartEndedCometAsync();
            await timer.WaitForNextTickAsync();
        }

        await node.WaitForExitAsync();
        _node = null;
        var result = (node.ExitCode, node.LogTail());
        await node.DisposeAsync();
        return result;
    }

    public string LogTails() => string.Join('\n', _node?.LogTail(30), _cometProcess?.LogTail(10));

    /// <summary>Runs the program to its end, which must be good.</summary>
    public async Task RunAsync(params string[] arguments)
    {
        await using var process = ManagedProcess.Start(Program("commands.log", arguments));
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new AssertionException($"sequencer {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{process.LogTail()}");
    }

    /// <summary>Runs the program to its end, good or not.</summary>
    /// <returns>Its exit code, and what it said last.</returns>
    public async Task<(int ExitCode, string Words)> TryRunAsync(params string[] arguments)
    {
        await using var process = ManagedProcess.Start(Program($"{Guid.NewGuid():N}.log", arguments));
        using var deadline = new CancellationTokenSource(s_deadline);
        await process.WaitForExitAsync(deadline.Token);
        await process.StopAsync(TimeSpan.FromSeconds(10));
        return (process.ExitCode, process.LogTail());
    }

    /// <summary>Runs a command of CometBFT on its home, which must be good; returns what it said.</summary>
    public async Task<string> RunCometAsync(params string[] arguments)
    {
        var program = ProgramFinder.Find(ProgramKind.CometBft, ProgramFinder.FindRoot())!;
        await using var process = ManagedProcess.Start(new ProcessSpec(
            "cometbft", program, [.. arguments, "--home", CometFolder], _folder.File($"{Guid.NewGuid():N}.log")));
        await process.WaitForExitAsync();
        await process.StopAsync(TimeSpan.FromSeconds(10));
        return process.ExitCode == 0
            ? process.LogTail()
            : throw new AssertionException($"cometbft {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{process.LogTail()}");
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Rpc.Dispose();
        await KillCometAsync();
        await KillNodeAsync();
        _folder.Dispose();
    }

    /// <summary>Starts the node and waits until it listens: a CometBFT that dials it too early tries again only after 3 s.</summary>
    private async Task StartNodeAsync()
    {
        // What was killed has left its socket behind.
        var socket = Path.Combine(Home, "run", "abci.sock");
        var before = File.GetLastWriteTimeUtc(socket);
        var node = ManagedProcess.Start(Program("node.log", ["start", "--home", Home]));
        _node = node;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        using var deadline = new CancellationTokenSource(s_deadline);
        while (!node.HasExited && (!File.Exists(socket) || File.GetLastWriteTimeUtc(socket) == before))
            await timer.WaitForNextTickAsync(deadline.Token);
    }

    /// <summary>
    /// CometBFT ends when its application does. Caught while it waits for an answer to a block it hangs in that, and its
    /// RPC goes on answering: its supervisor has to kill it.
    /// </summary>
    private async Task EndLostCometAsync()
    {
        if (_cometProcess is not { } comet)
            return;
        _ = await Task.WhenAny(comet.WaitForExitAsync(), Task.Delay(TimeSpan.FromSeconds(5)));
        await KillCometAsync();
    }

    /// <summary>CometBFT ends when its application does; its supervisor starts it again.</summary>
    private async Task RestartEndedCometAsync()
    {
        if (_cometProcess?.HasExited != true)
            return;
        await KillCometAsync();
        _cometProcess = ManagedProcess.Start(_comet!.Start(_cometStart, _folder.File("comet.log")));
    }

    private ProcessSpec Program(string log, string[] arguments) => new(
        "sequencer", "dotnet", [Path.Combine(AppContext.BaseDirectory, "sequencer.dll"), .. arguments], _folder.File(log))
    {
        Environment = new Dictionary<string, string?>(Overrides)
        {
            // A node compiles itself whole before it serves; one that is killed within seconds starts sooner without that.
            ["DOTNET_TieredCompilation"] = "1",
            ["SEQ_SEQUENCER_ENGINE"] = Engine,
            ["SEQ_SEQUENCER_API_LISTEN"] = $"127.0.0.1:{_apiPort}",
            ["SEQ_SEQUENCER_GRPC_LISTEN"] = $"127.0.0.1:{_grpcPort}",
            ["SEQ_SEQUENCER_ADMIN_LISTEN"] = $"127.0.0.1:{_adminPort}",
            ["SEQ_SEQUENCER_COMETBFT_RPC"] = Overrides.GetValueOrDefault("SEQ_SEQUENCER_COMETBFT_RPC") ?? _cometStart.RpcAddress,
            ["SEQ_SEQUENCER_BITCOIN_NETWORK"] = "regtest",
            ["SEQ_SEQUENCER_ANCHOR_CONFIRMATIONS"] = "1",
        },
    };
}
