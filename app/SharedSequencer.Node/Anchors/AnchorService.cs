using System.Text.Json;
using Microsoft.Extensions.Logging;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Bitcoin.Anchoring;
using SharedSequencer.Hosting.Http;
using SharedSequencer.Node.Chain;
using SharedSequencer.Node.Configuration;
using SharedSequencer.Storage;
using SharedSequencer.Storage.Reading;
using BitcoinEvidence = SharedSequencer.Bitcoin.Anchoring.AnchorEvidence;
using Evidence = SharedSequencer.Api.Contracts.AnchorEvidence;

namespace SharedSequencer.Node.Anchors;

/// <summary>
/// Takes the relayer's reports: what a checkpoint says is compared with this node's own block, its place in Bitcoin is
/// verified. Depth stays a reported, local fact: the node follows no Bitcoin by itself.
/// </summary>
public sealed partial class AnchorService(
    ChainReader reader, AnchorStore store, ChainTagSource tags, ChainFeed feed, NodeOptions options, ILogger<AnchorService> log)
{
    private readonly AnchorRules _rules = new() { Network = options.BitcoinNetwork };

    /// <summary>Verifies a report and stores it.</summary>
    /// <exception cref="ProblemException">What does not hold, and why.</exception>
    public async Task<AnchorResponse> ReportAsync(Evidence given, CancellationToken cancellation)
    {
        var evidence = Parse(given);
        var (block, tip) = reader.Query(chain => (chain.Summary(given.Height), chain.Tip()?.Height ?? 0));
        if (block is null)
        {
            // A node that still catches up is asked again; one that has pruned the block cannot judge.
            throw given.Height > tip
                ? new ProblemException(404, ProblemCodes.NotYet, "Not yet", $"Height {given.Height} is not committed here yet; the newest is {tip}. Report again later.")
                : Refused($"This node no longer keeps block {given.Height}.");
        }

        var (tag, unknown) = await tags.FindAsync(cancellation);
        if (tag is null)
            throw new ProblemException(503, ProblemCodes.NotReady, "Not ready", $"The tag of this chain's checkpoints is not known yet. {unknown} Try again soon.");
        var verdict = AnchorVerifier.Verify(evidence, tag.Value, (ulong)given.Height, block.Hash, _rules);
        if (!verdict.Holds)
            throw Refused(verdict.Reason);

        var anchor = new StoredAnchor
        {
            Height = given.Height,
            Txid = evidence.Transaction.Txid.ToString(),
            BitcoinBlockHash = evidence.Headers[0].Hash.ToString(),
            BitcoinHeight = evidence.BlockHeight,
            Confirmations = verdict.Confirmations,
            Evidence = JsonSerializer.SerializeToUtf8Bytes(given, ApiJson.Default.AnchorEvidence),
        };
        if (store.Save(anchor))
        {
            LogReported(anchor.Height, anchor.Txid, anchor.BitcoinHeight, anchor.Confirmations);
            feed.AnchorsChanged.Raise();
        }

        return Response(reader.Query(chain => chain.Anchor(anchor.Height, anchor.Txid)) ?? anchor);
    }

    /// <summary>
    /// Forgets an anchor that a reorg took away; its blocks are final again until another one covers them. One that is
    /// not known is no error: reports may come twice, or to a node that was set up anew.
    /// </summary>
    public void Lose(AnchorLostReport report)
    {
        if (!store.Remove(report.Height, report.Txid))
            return;
        LogLost(report.Height, report.Txid, report.Reason);
        feed.AnchorsChanged.Raise();
    }

    /// <summary>A stored anchor with its evidence.</summary>
    public AnchorResponse Response(StoredAnchor anchor) => new(
        AnchorSummaries.Of(anchor, options),
        JsonSerializer.Deserialize(anchor.Evidence, ApiJson.Default.AnchorEvidence)
            ?? throw new StorageException($"The stored evidence of anchor {anchor.Txid} is damaged."));

    private static BitcoinEvidence Parse(Evidence given)
    {
        if (given.Height < 1 || given.BitcoinHeight is < 0 or > uint.MaxValue)
            throw Refused($"Height {given.Height} in Bitcoin block {given.BitcoinHeight} is no place for a checkpoint.");
        var text = new AnchorEvidenceText
        {
            Transaction = given.Transaction,
            Index = given.BranchIndex,
            Branch = given.Branch,
            Coinbase = given.Coinbase,
            CoinbaseBranch = given.CoinbaseBranch,
            Headers = given.Headers,
            BlockHeight = (uint)given.BitcoinHeight,
        };
        return text.TryParse(out var evidence, out var reason) ? evidence : throw Refused(reason);
    }

    private static ProblemException Refused(string reason) => new(
        422, ProblemCodes.AnchorRefused, "Anchor refused", reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Height {Height} is anchored by Bitcoin transaction {Txid} in block {BitcoinHeight}, {Confirmations} confirmations")]
    private partial void LogReported(long height, string txid, long bitcoinHeight, int confirmations);

    [LoggerMessage(Level = LogLevel.Warning, Message = "anchor_lost: height {Height} is no longer anchored by Bitcoin transaction {Txid}: {Reason}")]
    private partial void LogLost(long height, string txid, string reason);
}
