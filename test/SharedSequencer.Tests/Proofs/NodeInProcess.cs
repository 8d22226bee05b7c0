using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.Application;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Hosting.Processes;
using SharedSequencer.Node;
using SharedSequencer.Node.Chain;
using SharedSequencer.Node.Configuration;
using SharedSequencer.Storage;

namespace SharedSequencer.Tests.Proofs;

/// <summary>
/// The whole node in this process, its API on loopback; only CometBFT is missing: blocks, headers and commits are handed
/// to it. Its folder and address outlive a restart.
/// </summary>
internal sealed class NodeInProcess : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly int _port = FreePort.Next();
    private readonly IReadOnlyDictionary<string, string> _settings;
    private NodeDatabase _database = null!;
    private ProgramHost? _host;

    private NodeInProcess(IReadOnlyDictionary<string, string> settings) => _settings = settings;

    public Uri Api => new($"http://127.0.0.1:{_port}");

    public IServiceProvider Services => _host!.Services;

    public SequencerApplication Application => Services.GetRequiredService<SequencerApplication>();

    /// <param name="init">What starts the chain; null for a store that is filled otherwise.</param>
    /// <param name="settings">Variables of the program, over the defaults.</param>
    public static async Task<NodeInProcess> StartAsync(RequestInitChain? init, IReadOnlyDictionary<string, string>? settings = null)
    {
        var node = new NodeInProcess(settings ?? new Dictionary<string, string>());
        await node.StartAsync();
        if (init is not null)
            _ = node.Application.InitChain(init);
        return node;
    }

    /// <summary>A node that has all blocks of a chain.</summary>
    public static async Task<NodeInProcess> StartAsync(TestChain chain, long? upTo = null)
    {
        var node = await StartAsync(chain.InitChain);
        node.Feed(chain, upTo);
        return node;
    }

    /// <summary>Commits what the chain has and the node has not, up to a height.</summary>
    public void Feed(TestChain chain, long? upTo = null)
    {
        for (var height = Application.State!.Height + 1; height <= (upTo ?? chain.Height); height++)
            Commit(chain.Request(height), chain.At(height));
    }

    public void Commit(RequestFinalizeBlock block, LightBlock light)
    {
        // Another replica may not share the message: the application keeps parts of it.
        _ = Application.FinalizeBlock(RequestFinalizeBlock.Parser.ParseFrom(block.ToByteArray()));
        _ = Application.Commit(new RequestCommit());
        Services.GetRequiredService<LightBlockStore>().Save(light.Header.Height, light.ToProto());
        Services.GetRequiredService<ChainFeed>().LightStored.Raise();
    }

    public async Task StartAsync()
    {
        var home = new NodeHome(_folder.File("home"));
        home.Create();
        Dictionary<string, string> settings = new(_settings)
        {
            ["SEQ_SEQUENCER_API_LISTEN"] = $"127.0.0.1:{_port}",
            ["SEQ_SEQUENCER_ADMIN_LISTEN"] = "127.0.0.1:0",
            ["SEQ_SEQUENCER_GRPC_LISTEN"] = "none",
            ["SEQ_SEQUENCER_COMETBFT_RPC"] = "http://127.0.0.1:1",
            ["SEQ_SEQUENCER_SNAPSHOTS_INTERVAL"] = "0",
            ["SEQ_SEQUENCER_API_MAX_REQUESTS_PER_SECOND"] = "0",
        };
        var options = NodeSettings.Read(home, NodeSettings.Catalogue.Load(home.Path, settings));
        _database = NodeDatabase.Open(home.Data, options.Engine);
        _host = NodeProgram.Build(options, _database, new string('t', 64), TextWriter.Null);
        await _host.StartAsync();
    }

    public async Task StopAsync()
    {
        if (_host is not { } host)
            return;
        _host = null;
        await host.StopAsync();
        await host.DisposeAsync();
        _database.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }
}
