using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Bitcoin;
using SharedSequencer.Bitcoin.Anchoring;
using SharedSequencer.Bitcoin.Wallet;
using SharedSequencer.Client;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Cryptography;
using SharedSequencer.Devnet.Networks;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.SystemTests.Bitcoin;
using SharedSequencer.SystemTests.Engine;
using Evidence = SharedSequencer.Api.Contracts.AnchorEvidence;

namespace SharedSequencer.SystemTests.Node;

[OnBothEngines]
internal sealed class AnchoringTests(NetworkEngine engine)
{
    [Test]
    public async Task An_anchor_in_a_real_Bitcoin_makes_its_blocks_firm_and_a_lost_one_takes_that_back()
    {
        await using var bitcoin = await RegtestNode.StartAsync();
        await using var chain = await LiveChain.StartAsync(engine);
        using var folder = new TemporaryFolder();
        var notes = await chain.RegisterAsync("notes");
        var final = await SubmitAsync(chain, notes);
        var anchored = new AnchoredChain(chain, final.Height!.Value);
        using var poster = await OpenPosterAsync(bitcoin, chain, anchored, folder.File("anchors.json"));
        await poster.StepAsync(CancellationToken.None);
        await bitcoin.MineAsync();
        await poster.StepAsync(CancellationToken.None);
        var evidence = EvidenceOf(anchored.Reports[^1]);

        // Each lie is refused, and nothing is stored.
        using var admin = chain.Admin;
        foreach (var (lie, what) in Lies(evidence))
        {
            var refused = Assert.ThrowsAsync<SequencerApiException>(() => admin.ReportAnchorAsync(lie), what);
            Assert.That(refused!.Code, Is.EqualTo("anchor_refused"), what);
            Assert.That(await chain.Client.GetAnchorAsync(null), Is.Null, what);
        }

        var id = Hash256.Parse(final.Id);
        Assert.That((await chain.Client.GetTransactionAsync(id))!.Status, Is.EqualTo("final"));
        var firm = chain.Client.WaitForAsync(id, "firm", TimeSpan.FromSeconds(20));
        await admin.ReportAnchorAsync(evidence);
        var status = await firm;
        Assert.That(status.Anchor!.Txid, Is.EqualTo(anchored.Reports[^1].Txid.ToString()));
        Assert.That((status.Status, status.Anchor.Confirmations, status.Anchor.Label), Is.EqualTo(("firm", 1, "reported")));
        var shown = (await chain.Client.GetAnchorAsync(final.Height))!;
        Assert.That((shown.Anchor, shown.Evidence.Transaction), Is.EqualTo((status.Anchor, evidence.Transaction)));
        var later = await SubmitAsync(chain, notes);
        Assert.That(await chain.Client.GetAnchorAsync(later.Height), Is.Null, "it covers what is below it alone");

        // It survives a restart, and a loss takes it away; twice is once.
        await chain.KillNodeAsync();
        await chain.StartProcessesAsync();
        Assert.That((await chain.Client.GetTransactionAsync(id))!.Status, Is.EqualTo("firm"));
        await admin.ReportAnchorLostAsync(new AnchorLostReport(evidence.Height, shown.Anchor.Txid, "a reorg"));
        await admin.ReportAnchorLostAsync(new AnchorLostReport(evidence.Height, shown.Anchor.Txid, "a reorg"));
        Assert.That((await chain.Client.GetTransactionAsync(id))!.Status, Is.EqualTo("final"));
        await admin.ReportAnchorAsync(evidence);
        Assert.That((await chain.Client.GetTransactionAsync(id))!.Status, Is.EqualTo("firm"));
    }

    private static IEnumerable<(Evidence Lie, string What)> Lies(Evidence good)
    {
        yield return (good with { Height = good.Height - 1 }, "another height");
        yield return (good with { Headers = [Flip(good.Headers[0])] }, "another header");
        yield return (good with { BranchIndex = good.BranchIndex + 1 }, "another place");
        yield return (good with { Branch = [.. good.Branch, good.Branch[0]] }, "a longer branch");
        yield return (good with { Transaction = good.Coinbase, Branch = good.CoinbaseBranch, BranchIndex = 0 }, "another transaction");
        yield return (good with { BitcoinHeight = good.BitcoinHeight + 1 }, "another Bitcoin height");
        yield return (good with { Headers = [good.Headers[0], good.Headers[0]] }, "a header twice");
        yield return (good with { Transaction = "zz" }, "no hex");
        yield return (good with { Headers = [] }, "no header");
    }

    /// <summary>In the Merkle root: on regtest half of all nonces have enough work.</summary>
    private static string Flip(string header) => header[..80] + (header[80] == '0' ? '1' : '0') + header[81..];

    private static async Task<TransactionStatusResponse> SubmitAsync(LiveChain chain, NamespaceId notes)
    {
        var nonce = (await chain.Client.GetAccountAsync(chain.Key.PublicKey)).PendingNonce;
        var transaction = await chain.SignAsync(nonce, new SubmitData(notes, new byte[] { 1 }));
        await chain.Client.SubmitAsync(transaction.Raw);
        return await chain.Client.WaitForAsync(transaction.Id, "final", TimeSpan.FromSeconds(20));
    }

    private static async Task<AnchorPoster> OpenPosterAsync(RegtestNode bitcoin, LiveChain chain, AnchoredChain anchored, string file)
    {
        var secret = SecretKey.Generate();
        await bitcoin.FundAsync(new TaprootKey(secret, BitcoinNetwork.Regtest).Address);
        var first = LightBlock.FromProto((await chain.Client.GetLightAsync(1)).LightBlock).Header;
        var options = new AnchorPosterOptions
        {
            Network = BitcoinNetwork.Regtest,
            ChainTag = ChainTag.Of(first.ChainId, first.Time.Seconds, (uint)first.Time.Nanos, first.AppHash.Span),
            StateFile = file,
            Policy = new AnchorPolicy { MaximumBlocks = 1, MaximumDelay = TimeSpan.FromSeconds(1) },
            RequiredConfirmations = 1,
        };
        return AnchorPoster.Open(options, secret, bitcoin.Rpc, anchored, anchored, TimeProvider.System, NullLogger<AnchorPoster>.Instance);
    }

    private static Evidence EvidenceOf(AnchorReport report)
    {
        var text = AnchorEvidenceText.From(report.Evidence!);
        return new Evidence(
            (long)report.Checkpoint.Height, text.Transaction, text.Index, text.Branch, text.Coinbase, text.CoinbaseBranch, text.BlockHeight, text.Headers);
    }

    /// <summary>The live chain up to one height, as the poster sees it.</summary>
    private sealed class AnchoredChain(LiveChain chain, long height) : IAnchorSource, IAnchorObserver
    {
        public List<AnchorReport> Reports { get; } = [];

        public async ValueTask<AnchorWork?> GetWorkAsync(ulong coveredHeight, CancellationToken cancellationToken)
        {
            var tip = await BlockAsync(height);
            return new AnchorWork(tip, coveredHeight < (ulong)height ? await BlockAsync(1) : null);
        }

        public async ValueTask<Hash256?> GetBlockHashAsync(ulong at, CancellationToken cancellationToken) =>
            at <= (ulong)height ? (await BlockAsync((long)at)).Hash : null;

        public ValueTask<bool> OnAnchorAsync(AnchorReport report, CancellationToken cancellationToken)
        {
            Reports.Add(report);
            return new(true);
        }

        private async Task<FinalBlock> BlockAsync(long at)
        {
            var block = await chain.Client.GetBlockAsync(at);
            return new FinalBlock((ulong)at, Hash256.Parse(block.Hash), block.Time);
        }
    }
}
