using Microsoft.Extensions.Logging;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Bitcoin.Anchoring;
using SharedSequencer.Client;
using SharedSequencer.Evm.Rpc;
using SharedSequencer.Relayer.Executing;
using Evidence = SharedSequencer.Api.Contracts.AnchorEvidence;

namespace SharedSequencer.Relayer.Anchoring;

/// <summary>
/// Carries every change of an anchor to the node's admin listener, with its evidence, and then moves what is firm.
/// A report that cannot be delivered is asked for again at the poster's next step.
/// </summary>
internal sealed partial class AnchorReporter(SequencerAdminClient admin, FirmGate? firm, ILogger<AnchorReporter> logger) : IAnchorObserver
{
    public async ValueTask<bool> OnAnchorAsync(AnchorReport report, CancellationToken cancellationToken)
    {
        try
        {
            if (report.Stage is AnchorStage.Posted or AnchorStage.Lost)
            {
                if (report.Losses > 0)
                {
                    await admin.ReportAnchorLostAsync(
                        new AnchorLostReport((long)report.Checkpoint.Height, report.Txid.ToString(), report.LastLoss ?? "It left the best chain."),
                        cancellationToken);
                }

                return true;
            }

            await admin.ReportAnchorAsync(EvidenceOf(report), cancellationToken);
            return report.Stage != AnchorStage.Confirmed
                || firm is null
                || await firm.AdvanceAsync((long)report.Checkpoint.Height, report.Checkpoint.BlockHash, cancellationToken);
        }
        catch (SequencerApiException e) when (e.Code == ProblemCodes.AnchorRefused)
        {
            // The node judged: asking again changes nothing.
            LogRefused(report.Checkpoint.Height, report.Txid.ToString(), e.Message);
            return true;
        }
        catch (Exception e) when (e is SequencerApiException or SequencerConnectionException or ClientUnreachableException or JsonRpcErrorException)
        {
            LogUndelivered(report.Checkpoint.Height, e.Message);
            return false;
        }
    }

    private static Evidence EvidenceOf(AnchorReport report)
    {
        var text = AnchorEvidenceText.From(report.Evidence ?? throw new InvalidOperationException("An anchor in a block has evidence."));
        return new Evidence(
            (long)report.Checkpoint.Height, text.Transaction, text.Index, text.Branch, text.Coinbase, text.CoinbaseBranch, text.BlockHeight, text.Headers);
    }

    [LoggerMessage(1, LogLevel.Error, "The node refuses the anchor of height {Height} in {Txid}: {Reason}")]
    private partial void LogRefused(ulong height, string txid, string reason);

    [LoggerMessage(2, LogLevel.Warning, "The anchor of height {Height} could not be reported: {Reason}")]
    private partial void LogUndelivered(ulong height, string reason);
}
