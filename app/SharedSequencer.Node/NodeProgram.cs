using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SharedSequencer.Abci;
using SharedSequencer.Abci.Calls;
using SharedSequencer.Application;
using SharedSequencer.Application.Ports;
using SharedSequencer.Application.Recovery;
using SharedSequencer.Application.Snapshots;
using SharedSequencer.CometBft.Rpc;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Hosting.Processes;
using SharedSequencer.Node.Accounts;
using SharedSequencer.Node.Anchors;
using SharedSequencer.Node.Api;
using SharedSequencer.Node.Chain;
using SharedSequencer.Node.Configuration;
using SharedSequencer.Node.Grpc;
using SharedSequencer.Node.Health;
using SharedSequencer.Node.Light;
using SharedSequencer.Node.Metrics;
using SharedSequencer.Node.Slices;
using SharedSequencer.Node.Snapshots;
using SharedSequencer.Node.Transactions;
using SharedSequencer.Storage;
using SharedSequencer.Storage.Pruning;
using SharedSequencer.Storage.Snapshots;

namespace SharedSequencer.Node;

/// <summary>Puts a node together: store → application → ABCI server, and the API beside it.</summary>
internal static class NodeProgram
{
    /// <summary>The public listener's name.</summary>
    public const string ApiListener = "api";

    // A broadcast takes a fraction of a millisecond: so many at a time keep CometBFT busy.
    private const int RpcConnections = 32;

    /// <summary>All request bodies that are in memory at a time.</summary>
    private const long BodyBytes = 256L * 1024 * 1024;

    /// <param name="database">Open; the caller closes it when the host has ended.</param>
    /// <param name="adminToken">What the admin listener asks for.</param>
    /// <param name="logOutput">Standard output when null.</param>
    public static ProgramHost Build(NodeOptions options, NodeDatabase database, string adminToken, TextWriter? logOutput = null)
    {
        var builder = new ProgramHostBuilder(new ProgramHostOptions
        {
            Program = "sequencer",
            Listeners =
            [
                new Listener(ApiListener, options.Api) { Protocols = HttpProtocols.Http1 },
                new Listener(AnchorEndpoints.AdminListener, options.Admin) { BearerToken = adminToken },
            ],
            LogLevel = options.LogLevel,
            MaximumConnections = options.MaximumConnections,
            MaximumConnectionsPerClient = options.MaximumConnectionsPerClient,
            RequestsPerSecond = options.MaximumRequestsPerSecond,
            LogOutput = logOutput,
        });
        AddChain(builder.Services, options, database);
        AddApi(builder.Services, options);
        builder.ReadyWhen(NodeReadiness.Chain);
        builder.ReadyWhen(NodeReadiness.CometRpc);
        builder.Map(NodeApi.Map);
        return builder.Build();
    }

    private static void AddChain(IServiceCollection services, NodeOptions options, NodeDatabase database)
    {
        services.AddSingleton(options);
        services.AddSingleton(database);
        services.AddSingleton<NodeMetrics>();
        services.AddSingleton(new EndedTransactions());
        services.AddSingleton<ChainFeed>();
        services.AddSingleton<CheckVerdicts>();
        services.AddSingleton(_ => new SnapshotFolder(options.Home.Data));
        services.AddSingleton<ISnapshotObserver, SnapshotLog>();
        services.AddSingleton(provider => new SnapshotMaker(
            provider.GetRequiredService<SnapshotFolder>(), options.Snapshots, provider.GetRequiredService<ISnapshotObserver>()));
        services.AddSingleton(provider =>
        {
            var snapshots = provider.GetRequiredService<SnapshotFolder>();
            return new SqliteChainStore(database, new Retention { Blocks = options.RetainBlocks, OldestSnapshot = () => snapshots.OldestHeight });
        });
        services.AddSingleton(provider => provider.GetRequiredService<SqliteChainStore>().Reader);
        services.AddSingleton(provider => new SequencerApplication(
            provider.GetRequiredService<SqliteChainStore>(),
            provider.GetRequiredService<ChainFeed>(),
            options.Application,
            provider.GetRequiredService<SnapshotMaker>(),
            provider.GetRequiredService<ISnapshotObserver>()));
        services.AddSingleton(provider => CreateSource(provider));

        services.AddSingleton<IAbciApplication>(provider =>
        {
            var metered = new MeteredApplication(
                provider.GetRequiredService<SequencerApplication>(),
                provider.GetRequiredService<NodeMetrics>(),
                provider.GetRequiredService<CheckVerdicts>());
            return options.FailPoint is { } point ? new FailingApplication(metered, point) : metered;
        });
        services.AddSingleton(new AbciServerOptions { Address = options.Abci });
        services.AddSingleton<IAbciFaultHandler, StopOnFault>();
        services.AddSingleton(provider => new AbciServer(
            provider.GetRequiredService<IAbciApplication>(),
            provider.GetRequiredService<AbciServerOptions>(),
            provider.GetRequiredService<IAbciFaultHandler>(),
            provider.GetRequiredService<ILogger<AbciServer>>()));
        services.AddHostedService(provider => provider.GetRequiredService<AbciServer>());
        if (options.IsEmbedded)
            services.AddHostedService<EngineService>();

        services.AddSingleton(new CometRpcClient(new CometRpcOptions { Address = options.CometRpc, MaximumConnections = RpcConnections }));
        services.AddSingleton<LightBlockFetcher>();
        services.AddSingleton<LightBlockStore>();
        services.AddSingleton<LightBlockService>();
        services.AddHostedService(provider => provider.GetRequiredService<LightBlockService>());
    }

    private static void AddApi(IServiceCollection services, NodeOptions options)
    {
        services.AddSingleton(new ByteBudget(BodyBytes));
        services.AddSingleton<RequestBody>();
        services.AddSingleton(_ => new WorkLimit(options.MaximumSubmissions));
        services.AddSingleton(_ => new StreamLimit(options.MaximumStreams));
        services.AddSingleton<TransactionLadder>();
        services.AddSingleton<SubmissionService>();
        if (options.Application.AppMempool)
        {
            services.AddSingleton<ISubmissionPath, PoolPath>();
        }
        else
        {
            services.AddSingleton<ISubmissionPath, BroadcastPath>();
            services.AddHostedService<PromotionService>();
        }

        services.AddSingleton<LightBlocks>();
        services.AddSingleton<SliceReader>();
        services.AddSingleton<StreamBatches<EventForm>>();
        services.AddSingleton<AccountProver>();
        services.AddSingleton<SliceHistory>();
        services.AddSingleton<AnchorStore>();
        services.AddSingleton<ChainTagSource>();
        services.AddSingleton<AnchorService>();
        NodeApi.AddServices(services);
        if (options.Grpc is { } grpc)
            NodeGrpc.AddServices(services, grpc);
    }

    private static ChainSource CreateSource(IServiceProvider provider)
    {
        var application = provider.GetRequiredService<SequencerApplication>();
        var reader = provider.GetRequiredService<SqliteChainStore>().Reader;
        var metrics = provider.GetRequiredService<NodeMetrics>();
        metrics.Observe("sequencer.height", null, "The last committed height.", () => application.State?.Height ?? 0);
        metrics.Observe("sequencer.light.height", null, "The newest height with a stored header and commit.", () => reader.Query(chain => chain.LightHeight()));
        metrics.Observe("sequencer.pool.transactions", null, "Transactions in the pool.", () => application.Pool.Count);
        metrics.Observe("sequencer.pool.waiting", null, "Transactions in the pool that wait for an earlier nonce.", () => application.Pool.WaitingCount);
        metrics.Observe("sequencer.pool.size", "By", "Bytes in the pool.", () => application.Pool.Bytes);
        return new ChainSource(application);
    }

    /// <summary>A bug in the application, or a store that failed: the process must not look alive.</summary>
    private sealed class StopOnFault(FatalError fatal) : IAbciFaultHandler
    {
        public void OnFault(AbciFault fault) => fatal.Stop($"The ABCI call {fault.Call} failed.", fault.Exception);
    }
}
