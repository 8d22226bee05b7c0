using System.Diagnostics;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using SharedSequencer.Application;
using SharedSequencer.Application.Ports;
using SharedSequencer.Bench.Load;
using SharedSequencer.Bench.Measuring;
using SharedSequencer.Client;
using SharedSequencer.Client.Verification;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Merkle;
using SharedSequencer.Node;
using SharedSequencer.Node.Configuration;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.RandomChain;
using SharedSequencer.StateMachine.Execution;
using SharedSequencer.StateMachine.State;
using SharedSequencer.Storage;

namespace SharedSequencer.Bench.InProcess;

/// <summary>
/// A rollup that was away for 100,000 slices follows verified: from the node's database over its API to entries that are
/// proven, node and rollup in one process. The yardstick is the same bytes without proofs.
/// </summary>
internal sealed class CatchUpBench : IBench
{
    private const int Slices = 100_000;
    private const int PayloadBytes = 500;
    private const int BatchSlices = 500;
    private const int Rounds = 2;

    private static readonly NamespaceId s_namespace = NamespaceId.OfName(LoadGenesis.Namespace);
    private static readonly ValidatorSet s_validators = ValidatorSet.From([new Validator(ConsensusKey.From(new byte[32]), 10, 0)]);

    public string Name => "catch-up";

    public string Description => "following at 100,000 slices behind, verified";

    public async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context, CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder();
        var home = new NodeHome(folder.File("node"));
        home.Create();
        var started = Stopwatch.GetTimestamp();
        var state = Fill(home, cancellation);
        context.Say($"{Slices} slices stored in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");

        var options = NodeSettings.Read(home, NodeSettings.Catalogue.Load(home.Path, new Dictionary<string, string>
        {
            ["SEQ_SEQUENCER_API_LISTEN"] = "127.0.0.1:0",
            ["SEQ_SEQUENCER_ADMIN_LISTEN"] = "127.0.0.1:0",
            ["SEQ_SEQUENCER_COMETBFT_RPC"] = $"unix://{folder.File("none.sock")}",
        }));
        using var database = NodeDatabase.Open(home.Data, options.Engine);
        await using var host = NodeProgram.Build(options, database, new string('t', 64), TextWriter.Null);
        await host.StartAsync(cancellation);
        var trusted = Prove(host.Services, state);
        var api = host.UrlOf(NodeProgram.ApiListener);
        List<double> verified = [], plain = [];
        for (var round = 0; round < Rounds; round++)
        {
            plain.Add(await ReadAsync(api, cancellation));
            verified.Add(await FollowAsync(api, new OneHeader(trusted), cancellation));
        }

        await host.StopAsync(cancellation);
        var megabytes = (double)PayloadBytes / 1_000_000;
        return
        [
            new Figure
            {
                Name = "catch-up",
                Value = Statistics.Median(verified),
                Unit = "slices/s",
                Yardstick = "the same slices read without proofs and without checks",
                YardstickValue = Statistics.Median(plain),
                Ratio = Statistics.Median(verified) / Statistics.Median(plain),
                Runs = verified,
                Note = $"{PayloadBytes} bytes a slice, {BatchSlices} slices a request; node and rollup share this machine",
            },
            Figure.Report("catch-up-data", "MB/s", [.. verified.Select(rate => rate * megabytes)], "of payload"),
        ];
    }

    /// <summary>Stores a chain of one slice a block.</summary>
    private static ChainState Fill(NodeHome home, CancellationToken cancellation)
    {
        var owner = LoadKeys.Of(0);
        var genesis = LoadGenesis.Of([owner], BenchChain.Start);
        var slices = new SignedTransaction[Slices];
        Parallel.For(0, Slices, i => slices[i] = SignedTransaction.Sign(
            LoadGenesis.Body((ulong)i + 1, BenchChain.Expiry, new SubmitData(s_namespace, Payload(i))), owner));

        using var database = NodeDatabase.Open(home.Data, NodeSettings.CometBftEngine);
        var store = new SqliteChainStore(database);
        var state = Commit(store, ChainState.AtGenesis(genesis), [], genesis.Entries());
        state = Commit(store, state, [LoadGenesis.Register(owner, BenchChain.Expiry)]);
        foreach (var slice in slices)
        {
            cancellation.ThrowIfCancellationRequested();
            state = Commit(store, state, [slice]);
        }

        return state;
    }

    /// <summary>Hands the node the empty block whose header proves the state before it, and returns that header.</summary>
    private static Header Prove(IServiceProvider node, ChainState state)
    {
        var header = HeaderOf(state);
        var application = node.GetRequiredService<SequencerApplication>();
        _ = application.FinalizeBlock(new AbciProto.Abci.RequestFinalizeBlock
        {
            Height = header.Height,
            Time = RandomBlocks.ToTimestamp(new BlockTime(header.Time.Seconds, 0)),
            Hash = ByteString.CopyFrom(header.Hash().Span),
            ProposerAddress = ByteString.CopyFrom(header.ProposerAddress.Span),
        });
        _ = application.Commit(new AbciProto.Abci.RequestCommit());
        var commit = new Commit(header.Height, 0, new BlockId(header.Hash(), new PartSetHeader(1, Hash256.Of("parts"u8))), []);
        node.GetRequiredService<LightBlockStore>().Save(header.Height, new LightBlock(new SignedHeader(header, commit), s_validators).ToProto());
        return header;
    }

    private static ChainState Commit(
        SqliteChainStore store, ChainState parent, SignedTransaction[] transactions, IReadOnlyList<StateChange>? changes = null)
    {
        var height = parent.Height + 1;
        var execution = new BlockExecution(
            parent, new BlockContext(height, new BlockTime(BenchChain.StartSeconds + (height / 10), (int)(height % 10) * 100_000_000)));
        foreach (var transaction in transactions)
        {
            if (!execution.TryAdd(transaction).IsOk)
                throw new InvalidDataException($"A transaction of the bench was refused at height {height}.");
        }

        var executed = execution.Seal();
        _ = store.Commit(new CommittedBlock
        {
            Hash = Hash256.Of(BitConverter.GetBytes(height)),
            Execution = executed,
            Changes = changes ?? executed.Changes,
            Proposer = new byte[20],
        });
        return executed.State;
    }

    private static byte[] Payload(int i)
    {
        var payload = new byte[PayloadBytes];
        new Random(i).NextBytes(payload);
        return payload;
    }

    private static Header HeaderOf(ChainState state) => new()
    {
        Version = new ConsensusVersion(11, 1),
        ChainId = state.ChainId,
        Height = state.Height + 1,
        Time = new CometTime(BenchChain.StartSeconds + state.Height, 0),
        LastBlockId = new BlockId(Hash256.Of("last"u8), new PartSetHeader(1, Hash256.Of("last parts"u8))),
        LastCommitHash = Hash256.Of("last commit"u8),
        DataHash = MerkleHash.EmptyRoot,
        ValidatorsHash = s_validators.Hash(),
        NextValidatorsHash = s_validators.Hash(),
        ConsensusHash = Hash256.Of("consensus"u8),
        AppHash = HexBytes.From(state.AppHash.Span),
        LastResultsHash = MerkleHash.EmptyRoot,
        EvidenceHash = MerkleHash.EmptyRoot,
        ProposerAddress = s_validators.Validators[0].Address,
    };

    /// <summary>Slices a second, read and verified.</summary>
    private static async Task<double> FollowAsync(Uri api, ITrustedHeaders headers, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        var follower = new NamespaceFollower([api], headers, FollowCursor.At(s_namespace), new NamespaceFollowerOptions { BatchSlices = BatchSlices });
        await foreach (var followed in follower.FollowAsync(cancellation))
        {
            if (followed.Slice.Entries[0].Payload.Length != PayloadBytes)
                throw new InvalidDataException($"Slice {followed.Slice.Number} is not the one that was stored.");
            if (followed.Slice.Number == Slices)
                break;
        }

        return Slices / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Slices a second, read and decoded, the next request under way as well.</summary>
    private static async Task<double> ReadAsync(Uri api, CancellationToken cancellation)
    {
        using var client = new SequencerClient(api);
        var start = Stopwatch.GetTimestamp();
        ulong next = 1;
        var ahead = client.GetSlicesAsync(s_namespace, next, BatchSlices, cancellation: cancellation);
        while (next <= Slices)
        {
            var range = await ahead;
            next = range.Next;
            if (next <= Slices)
                ahead = client.GetSlicesAsync(s_namespace, next, BatchSlices, cancellation: cancellation);
        }

        return Slices / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The one header that everything is proven under.</summary>
    private sealed class OneHeader(Header header) : ITrustedHeaders
    {
        public Task<Header> AtAsync(long height, CancellationToken cancellation) => height == header.Height
            ? Task.FromResult(header)
            : throw new InvalidDataException($"The header of height {height} was asked for, where {header.Height} was due.");
    }
}
