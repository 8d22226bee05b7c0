using SharedSequencer.Api.Contracts;
using SharedSequencer.Node.Configuration;
using SharedSequencer.Storage;

namespace SharedSequencer.Node.Anchors;

/// <summary>Stored anchors as the API shows them.</summary>
internal static class AnchorSummaries
{
    public static AnchorSummary Of(StoredAnchor anchor, NodeOptions options) => new()
    {
        Height = anchor.Height,
        Txid = anchor.Txid,
        BitcoinBlockHash = anchor.BitcoinBlockHash,
        BitcoinHeight = anchor.BitcoinHeight,
        Confirmations = anchor.Confirmations,
        Firm = anchor.Confirmations >= options.AnchorConfirmations,
    };
}
