using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using SharedSequencer.Client;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Cryptography;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Devnet.Programs;
using SharedSequencer.Engine;
using SharedSequencer.Hosting.Processes;
using SharedSequencer.Node;
using SharedSequencer.Node.Api;
using SharedSequencer.Node.Configuration;
using SharedSequencer.Node.Genesis;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.Storage;
using SharedSequencer.SystemTests.Engine;

namespace SharedSequencer.SystemTests.Api;

/// <summary>The node's own host in this process, so that its routes can be seen, on a chain that either engine makes.</summary>
internal sealed class InProcessNode : IAsyncDisposable
{
    public const string ChainId = "in-process";

    public const string Token = "0123456789abcdef0123456789abcdef";

    private readonly TemporaryFolder _folder;
    private readonly NodeDatabase _database;
    private readonly ProgramHost _host;
    private ManagedProcess? _comet;

    private InProcessNode(TemporaryFolder folder, NodeDatabase database, ProgramHost host)
    {
        _folder = folder;
        _database = database;
        _host = host;
    }

    /// <summary>An account with coins.</summary>
    public static SecretKey Key { get; } = SecretKey.From(Hash256.Of("in process"u8).Span);

    public Uri Url => _host.UrlOf(NodeProgram.ApiListener);

    public Uri AdminUrl => _host.UrlOf(AnchorEndpoints.AdminListener);

    public IServiceProvider Services => _host.Services;

    public IEnumerable<RouteEndpoint> Routes => _host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    public static async Task<InProcessNode> StartAsync(NetworkEngine engine)
    {
        var folder = new TemporaryFolder();
        var home = new NodeHome(folder.File("node"));
        home.Create();
        var comet = engine == NetworkEngine.CometBft ? await PrepareCometAsync(folder) : null;
        var engineHome = new EngineHome(home.Engine);
        var validatorKey = comet is null ? engineHome.KeyFile : Path.Combine(comet.Path, "config", "priv_validator_key.json");
        if (comet is null)
            _ = engineHome.Prepare();
        await File.WriteAllTextAsync(comet?.GenesisFile ?? engineHome.GenesisFile, new GenesisRequest
        {
            ChainId = ChainId,
            Accounts = [$"{Key.PublicKey}=1000000000000"],
            Validators = [$"{validatorKey}=10"],
            Time = CometTime.From(DateTimeOffset.UtcNow.AddSeconds(-10)),
        }.ToDocument().ToJson());

        var start = new CometStart($"unix://{home.Socket}", FreePort.Next(), FreePort.Next(), []);
        var environment = new Dictionary<string, string>
        {
            ["SEQ_SEQUENCER_ENGINE"] = engine.NameOf(),
            ["SEQ_SEQUENCER_API_LISTEN"] = "127.0.0.1:0",
            ["SEQ_SEQUENCER_ADMIN_LISTEN"] = "127.0.0.1:0",
            ["SEQ_SEQUENCER_GRPC_LISTEN"] = "127.0.0.1:0",
            ["SEQ_SEQUENCER_COMETBFT_RPC"] = start.RpcAddress,
            ["SEQ_SEQUENCER_BITCOIN_NETWORK"] = "regtest",
        };
        var options = NodeSettings.Read(home, NodeSettings.Catalogue.Load([], "sequencer.toml", environment));
        var database = NodeDatabase.Open(home.Data, options.Engine);
        var node = new InProcessNode(folder, database, NodeProgram.Build(options, database, Token, TextWriter.Null));
        try
        {
            await node._host.StartAsync();
            if (comet is not null)
                node._comet = ManagedProcess.Start(comet.Start(start, folder.File("comet.log")));
            await node.UntilReadyAsync();
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends the actions in one transaction and waits until it is final.</summary>
    /// <returns>Its id and height.</returns>
    public async Task<(Hash256 Id, long Height)> SendAsync(SequencerClient client, params IReadOnlyList<TransactionAction> actions)
    {
        using var sender = new AccountSender(client, Key);
        var sent = await sender.SendAsync(actions);
        var final = await client.WaitForAsync(sent.Transaction.Id, "final", TimeSpan.FromSeconds(60));
        return (sent.Transaction.Id, final.Height!.Value);
    }

    public async ValueTask DisposeAsync()
    {
        if (_comet is not null)
        {
            await _comet.KillAsync();
            await _comet.DisposeAsync();
        }

        await _host.StopAsync();
        await _host.DisposeAsync();
        _database.Dispose();
        _folder.Dispose();
    }

    private static async Task<CometHome> PrepareCometAsync(TemporaryFolder folder)
    {
        var root = ProgramFinder.FindRoot();
        var program = ProgramFinder.Find(ProgramKind.CometBft, root);
        if (program is null)
            Assert.Ignore("CometBFT v0.38.25 is missing: name it with COMETBFT.");
        return await CometHome.PrepareAsync(new CometHomeOptions
        {
            Program = program!,
            Home = folder.File("comet"),
            Templates = Path.Combine(root, "cometbft-config"),
            Overrides = ShortBlocks.Overrides,
        });
    }

    private async Task UntilReadyAsync()
    {
        using var http = new HttpClient();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        string report;
        do
        {
            using var answer = await http.GetAsync(new Uri(Url, "/readyz"), deadline.Token);
            report = await answer.Content.ReadAsStringAsync(deadline.Token);
            if (answer.IsSuccessStatusCode)
                return;
        }
        while (!deadline.IsCancellationRequested && await timer.WaitForNextTickAsync());
        throw new AssertionException($"The node is not ready: {report}\n{_comet?.LogTail(20)}");
    }
}
