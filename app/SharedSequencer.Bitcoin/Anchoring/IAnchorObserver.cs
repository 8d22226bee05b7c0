namespace SharedSequencer.Bitcoin.Anchoring;

/// <summary>How far an anchor is.</summary>
public enum AnchorStage
{
    /// <summary>Handed to bitcoind, in no block (any more).</summary>
    Posted,

    /// <summary>In a block of the best chain: its blocks are <c>anchored</c>.</summary>
    InBlock,

    /// <summary>As many confirmations as required: its blocks are <c>firm</c>.</summary>
    Confirmed,

    /// <summary>Its transaction can no longer enter the chain; another one covers its blocks.</summary>
    Lost,
}

/// <summary>The state of one anchor, whole each time: a later report replaces an earlier one of the same transaction.</summary>
/// <param name="Confirmations">At most the number that is required; 0 outside a block.</param>
/// <param name="Evidence">For <see cref="AnchorStage.InBlock"/> and <see cref="AnchorStage.Confirmed"/>: with a header for each confirmation.</param>
/// <param name="Losses">How often it has left the best chain or the mempool for good.</param>
/// <param name="LastLoss">The last reason for that.</param>
public sealed record AnchorReport(
    Checkpoint Checkpoint, BitcoinHash Txid, AnchorStage Stage, int Confirmations, AnchorEvidence? Evidence, int Losses, string? LastLoss);

/// <summary>Is told of every change of an anchor. An exception ends the poster.</summary>
public interface IAnchorObserver
{
    /// <summary>
    /// Takes a report; false asks for it again at the next step. At-least-once: after a restart every anchor that is
    /// still watched is reported again.
    /// </summary>
    ValueTask<bool> OnAnchorAsync(AnchorReport report, CancellationToken cancellationToken);
}
