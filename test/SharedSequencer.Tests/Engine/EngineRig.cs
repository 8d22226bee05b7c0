using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using SharedSequencer.Abci;
using SharedSequencer.Abci.Calls;
using SharedSequencer.Application;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Cryptography;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Engine;
using SharedSequencer.Engine.Keys;
using SharedSequencer.Node.Genesis;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.RandomChain;
using SharedSequencer.Storage;

namespace SharedSequencer.Tests.Engine;

/// <summary>
/// The real application on its real store, behind the real ABCI server, and the embedded engine that dials it: on files
/// that outlive all of them.
/// </summary>
internal sealed class EngineRig : IAbciFaultHandler, IAsyncDisposable
{
    public const string ChainId = "engine-rig";

    private const ulong Coins = 1_000_000_000_000;

    private readonly TemporaryFolder _folder = new();
    private readonly TaskCompletionSource<AbciFault> _fault = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private NodeDatabase? _database;
    private AbciServer? _server;
    private CometRpcClient? _rpc;

    public EngineRig(DateTimeOffset? genesisTime = null)
    {
        Home = new EngineHome(_folder.File("engine"));
        Options = new EngineOptions
        {
            Home = Home,
            Application = new UnixDomainSocketEndPoint(_folder.File("abci.sock")),
            Rpc = "http://127.0.0.1:0",
            Heartbeat = TimeSpan.FromMilliseconds(200),
        };
        Home.CreateFolders();
        File.WriteAllText(Home.GenesisFile, new GenesisRequest
        {
            ChainId = ChainId,
            Accounts = [$"{Key.PublicKey}={Coins}"],
            Validators = [$"{Convert.ToBase64String(Home.Prepare().Span)}=10"],
            Time = CometTime.From(genesisTime ?? DateTimeOffset.UtcNow),
        }.ToDocument().ToJson());
    }

    /// <summary>An account with coins.</summary>
    public SecretKey Key { get; } = SecretKey.From(Hash256.Of("engine rig"u8).Span);

    public EngineHome Home { get; }

    /// <summary>For the next start.</summary>
    public EngineOptions Options { get; set; }

    /// <summary>Wraps the application of the next start.</summary>
    public Func<IAbciApplication, IAbciApplication> Wrap { get; set; } = application => application;

    public SequencerApplication Application { get; private set; } = null!;

    public EmbeddedEngine Engine { get; private set; } = null!;

    /// <summary>Done when the engine has ended.</summary>
    public Task Running { get; private set; } = Task.CompletedTask;

    public CometRpcClient Rpc => _rpc!;

    public string ApplicationData => _folder.File("data");

    /// <summary>What the application failed with.</summary>
    public Task<AbciFault> Fault => _fault.Task.WaitAsync(TimeSpan.FromSeconds(30));

    /// <param name="run">False to step by hand.</param>
    public async Task StartAsync(bool run = true)
    {
        _database = NodeDatabase.Open(ApplicationData, "embedded");
        Application = new SequencerApplication(new SqliteChainStore(_database), new RecordingObserver(), new ApplicationOptions());
        _server = new AbciServer(
            Wrap(Application), new AbciServerOptions { Address = AbciAddress.Unix(_folder.File("abci.sock")) }, this, NullLogger<AbciServer>.Instance);
        await _server.StartAsync(CancellationToken.None);
        Engine = await EmbeddedEngine.OpenAsync(Options, NullLoggerFactory.Instance, CancellationToken.None);
        _rpc = new CometRpcClient(new CometRpcOptions { Address = Engine.RpcAddress });
        if (run)
            Running = Engine.RunAsync();
    }

    /// <summary>Ends everything but the files: to be called after a failure, too.</summary>
    public async Task StopAsync()
    {
        _rpc?.Dispose();
        _rpc = null;
        if (Engine is not null)
            await Engine.DisposeAsync();
        Engine = null!;
        if (_server is not null)
            await _server.DisposeAsync();
        _server = null;
        _database?.Dispose();
        _database = null;
    }

    /// <summary>A transfer of one useq to oneself.</summary>
    public SignedTransaction Sign(ulong nonce, params IReadOnlyList<TransactionAction> actions) => Sign(1, nonce, actions);

    public SignedTransaction SignWithTip(ulong tip, ulong nonce) => Sign(tip, nonce, []);

    private SignedTransaction Sign(ulong tip, ulong nonce, IReadOnlyList<TransactionAction> actions) => SignedTransaction.Sign(
        new TransactionBody
        {
            ChainId = ChainId,
            Nonce = nonce,
            MaxFeePerByte = 10,
            TipPerByte = tip,
            ExpiryTime = Options.Time.GetUtcNow().ToUnixTimeSeconds() + 3600,
            Actions = actions.Count > 0 ? actions : [new Transfer(Key.PublicKey, 1)],
        },
        Key);

    /// <summary>Waits until the newest block is at least this high.</summary>
    public Task UntilHeightAsync(long height) => UntilAsync(() => Engine.Height >= height, $"height {height}");

    public async Task UntilAsync(Func<bool> condition, string what)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!condition())
        {
            if (Running.IsFaulted)
                await Running;
            if (deadline.IsCancellationRequested || !await timer.WaitForNextTickAsync())
                throw new AssertionException($"There was no {what}; the engine is at height {Engine.Height}.");
        }
    }

    /// <summary>Every block of the chain by CometBFT's rules, read over the RPC.</summary>
    /// <returns>The blocks, from the first.</returns>
    public async Task<List<BlockAnswer>> AuditAsync() => await ChainAudit.RunAsync(Rpc);

    public void OnFault(AbciFault fault) => _fault.TrySetResult(fault);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }
}
