using Microsoft.Extensions.Logging;
using SharedSequencer.CometBft.Json;
using SharedSequencer.Engine.Abci;
using SharedSequencer.Engine.Consensus;
using SharedSequencer.Engine.Events;
using SharedSequencer.Engine.Keys;
using SharedSequencer.Engine.Mempool;
using SharedSequencer.Engine.Rpc;
using SharedSequencer.Engine.Storage;

namespace SharedSequencer.Engine;

/// <summary>
/// A consensus engine for development: one validator, no peers. It drives the application over the same socket as
/// CometBFT does, makes the same blocks and commits, and serves CometBFT's RPC.
/// </summary>
public sealed partial class EmbeddedEngine : IAsyncDisposable
{
    /// <summary>The CometBFT whose blocks and answers these are.</summary>
    public const string CometBftVersion = "0.38.25";

    internal const ulong BlockVersion = 11;
    internal const ulong PeerVersion = 8;

    private readonly CancellationTokenSource _stopping = new();
    private readonly EngineStore _store;
    private readonly AbciLines _application;
    private readonly EngineMempool _mempool;
    private readonly ConsensusLoop _consensus;
    private readonly RpcServer _rpc;
    private ChainState _state;
    private Task _running = Task.CompletedTask;

    private EmbeddedEngine(
        EngineStore store, AbciLines application, EngineMempool mempool, ConsensusLoop consensus, RpcServer rpc, ChainState state)
    {
        _store = store;
        _application = application;
        _mempool = mempool;
        _consensus = consensus;
        _rpc = rpc;
        _state = state;
    }

    /// <summary>Where the RPC listens, with the real port.</summary>
    public string RpcAddress => _rpc.Address;

    /// <summary>The newest decided height.</summary>
    public long Height => _store.Height;

    /// <summary>Transactions that wait for a block.</summary>
    internal int MempoolCount => _mempool.Count;

    /// <summary>Opens the stores, dials the application, brings both together, and serves the RPC. No block is made yet.</summary>
    /// <exception cref="EngineException">Something is not as it must be; the message says what to do.</exception>
    public static async Task<EmbeddedEngine> OpenAsync(EngineOptions options, ILoggerFactory logging, CancellationToken cancellation)
    {
        var log = logging.CreateLogger<EmbeddedEngine>();
        LogDevelopment(log);
        options.Home.CreateFolders();
        var signer = new VoteSigner(ValidatorKey.LoadOrCreate(options.Home.KeyFile), options.Home.SignStateFile);
        var genesis = options.Home.ReadGenesis();
        var store = new EngineStore(options.Home.Database);
        AbciLines? application = null;
        EngineMempool? mempool = null;
        try
        {
            CheckGenesis(store, genesis, options.Home.GenesisFile);
            application = await AbciLines.DialAsync(options.Application, cancellation);
            mempool = new EngineMempool(application.Mempool, options);
            var events = new BlockEvents();
            var executor = new BlockExecutor(application, store, mempool, events, options.Reached);
            var state = await new Handshake(application, store, executor, signer.PublicKey).RunAsync(genesis);
            var consensus = new ConsensusLoop(application, store, mempool, executor, signer, options, log);
            var dispatcher = new RpcDispatcher(
            [
                .. new ChainMethods(store, genesis, signer.PublicKey, options.Rpc).All,
                .. new ApplicationMethods(application, mempool, events).All,
                .. SubscriptionMethods.All,
            ]);
            var rpc = await RpcServer.StartAsync(options.Rpc, dispatcher, events, logging, cancellation);
            LogStarted(log, genesis.ChainId, state.LastHeight, rpc.Address);
            return new EmbeddedEngine(store, application, mempool, consensus, rpc, state);
        }
        catch
        {
            mempool?.Dispose();
            if (application is not null)
                await application.DisposeAsync();
            store.Dispose();
            throw;
        }
    }

    /// <summary>Makes blocks until it is disposed of, which it heeds between blocks. Call it once.</summary>
    /// <exception cref="EngineException">The application failed or broke a rule: nothing can go on.</exception>
    public Task RunAsync()
    {
        _running = RunToEndAsync();
        return _running;
    }

    /// <summary>Makes so many blocks at once, whether or not there is something to order: for tests. Not beside <see cref="RunAsync"/>.</summary>
    internal async Task AdvanceAsync(int blocks)
    {
        for (var i = 0; i < blocks; i++)
            _state = await _consensus.MakeBlockAsync(_state, _stopping.Token);
    }

    /// <summary>Lets the block that is being made be finished, then closes everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await ((Task)_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _rpc.DisposeAsync();
        await _application.DisposeAsync();
        _mempool.Dispose();
        _store.Dispose();
        _stopping.Dispose();
    }

    private async Task RunToEndAsync()
    {
        var consensus = _consensus.RunAsync(_state, _stopping.Token);
        var broken = _application.BrokenAsync();
        var first = await Task.WhenAny(consensus, broken);
        await _stopping.CancelAsync();
        await ((Task)consensus).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // A failing application ends all its connections: the one with the failed call has its words.
        if (consensus.IsFaulted)
            await consensus;
        if (first == broken)
            await broken;
    }

    private static void CheckGenesis(EngineStore store, GenesisDocument genesis, string file)
    {
        var text = System.Text.Encoding.UTF8.GetBytes(genesis.ToJson());
        if (store.Genesis() is not { } before)
            store.SaveGenesis(text);
        else if (!before.AsSpan().SequenceEqual(text))
            throw new EngineException($"{file} is not the genesis that the chain here was started with: put that one back, or start a new chain with --reset.");
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The embedded engine orders the blocks: one validator, for development alone. A real chain runs CometBFT.")]
    private static partial void LogDevelopment(ILogger log);

    [LoggerMessage(Level = LogLevel.Information, Message = "Chain {ChainId} goes on after height {Height}; CometBFT's RPC is served at {Address}")]
    private static partial void LogStarted(ILogger log, string chainId, long height, string address);
}
