using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using SharedSequencer.Bitcoin;
using SharedSequencer.Bitcoin.Anchoring;
using SharedSequencer.Bitcoin.Wallet;
using SharedSequencer.Cryptography;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Primitives;

namespace SharedSequencer.SystemTests.Bitcoin;

/// <summary>A bitcoind, a sequencer's chain and the poster between them.</summary>
internal sealed class AnchorRig : IAsyncDisposable
{
    public static readonly ChainTag Tag = new(0x7e57c4a1);

    private readonly TemporaryFolder _folder = new();

    private AnchorRig(RegtestNode node, int confirmations, int watchBlocks)
    {
        Node = node;
        Secret = SecretKey.Generate();
        Key = new TaprootKey(Secret, BitcoinNetwork.Regtest);
        Options = new AnchorPosterOptions
        {
            Network = BitcoinNetwork.Regtest,
            ChainTag = Tag,
            StateFile = _folder.File("anchors.json"),
            Policy = new AnchorPolicy { MaximumBlocks = 3, MaximumDelay = TimeSpan.FromDays(1) },
            RequiredConfirmations = confirmations,
            WatchBlocks = watchBlocks,
            MaximumInFlight = 3,
        };
        Poster = Open();
    }

    public RegtestNode Node { get; }

    public SequencerChain Chain { get; } = new();

    public SecretKey Secret { get; }

    public TaprootKey Key { get; }

    public AnchorPosterOptions Options { get; set; }

    public AnchorPoster Poster { get; private set; }

    public static async Task<AnchorRig> StartAsync(int confirmations = 1, int watchBlocks = 50, int coins = 1)
    {
        var rig = new AnchorRig(await RegtestNode.StartAsync(), confirmations, watchBlocks);
        if (coins > 0)
            await rig.Node.FundAsync(rig.Key.Address, coins);
        return rig;
    }

    /// <summary>One step that nothing hinders.</summary>
    public async Task StepAsync()
    {
        await Poster.StepAsync(CancellationToken.None);
        Assert.That(Poster.Status.Problem, Is.Null);
    }

    /// <summary>A block with transactions and enough empty ones to make a checkpoint due, and the step that posts it.</summary>
    public async Task<AnchorReport> PostAsync()
    {
        Chain.Add(withTransactions: true);
        Chain.Add(withTransactions: false, times: 3);
        await StepAsync();
        var report = Chain.Reports[^1];
        Assert.That(report.Stage, Is.EqualTo(AnchorStage.Posted));
        Assert.That(report.Checkpoint.Height, Is.EqualTo(Chain.Height));
        return report;
    }

    public async Task MineAndStepAsync(int blocks = 1)
    {
        await Node.MineAsync(blocks);
        await StepAsync();
    }

    /// <summary>Ends the poster and opens another on the same file.</summary>
    public void Reopen()
    {
        Poster.Dispose();
        Poster = Open();
    }

    /// <summary>Ends the poster, removes its file, and opens another.</summary>
    public void ReopenWithoutFile()
    {
        Poster.Dispose();
        File.Delete(Options.StateFile);
        Poster = Open();
    }

    /// <summary>The last report of a transaction.</summary>
    public AnchorReport Last(BitcoinHash txid) => Chain.Reports.Last(report => report.Txid == txid);

    /// <summary>Checks the evidence of a report as a node does.</summary>
    public void Verify(AnchorReport report)
    {
        var rules = new AnchorRules { Network = BitcoinNetwork.Regtest, RequiredConfirmations = report.Confirmations };
        var verdict = AnchorVerifier.Verify(
            report.Evidence!, Tag, report.Checkpoint.Height, SequencerChain.HashAt(report.Checkpoint.Height), rules, Hash256.Zero);
        Assert.That(verdict.Holds, Is.True, verdict.Reason);
        Assert.That(verdict.Confirmations, Is.EqualTo(report.Confirmations));
    }

    /// <summary>All checkpoints of the chain in the best chain, in Bitcoin's order.</summary>
    public async Task<List<Checkpoint>> CheckpointsInBitcoinAsync()
    {
        var found = new List<Checkpoint>();
        for (var height = 1u; await Node.Rpc.GetBlockHashAsync(height) is { } hash; height++)
        {
            foreach (var transaction in (await Node.Rpc.GetBlockAsync(hash)).Transactions)
            {
                if (Checkpoint.TryFind(transaction, Tag, out var checkpoint))
                    found.Add(checkpoint);
            }
        }

        return found;
    }

    public async ValueTask DisposeAsync()
    {
        Poster.Dispose();
        await Node.DisposeAsync();
        _folder.Dispose();
    }

    private AnchorPoster Open() => AnchorPoster.Open(
        Options, Secret, Node.Rpc, Chain, Chain, TimeProvider.System, NullLogger<AnchorPoster>.Instance);
}
