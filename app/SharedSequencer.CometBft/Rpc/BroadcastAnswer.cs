using SharedSequencer.Primitives;

namespace SharedSequencer.CometBft.Rpc;

/// <summary>What became of a submitted transaction.</summary>
public enum BroadcastOutcome
{
    /// <summary>It is in CometBFT's mempool, and will be gossiped.</summary>
    Accepted,

    /// <summary>
    /// CometBFT saw these bytes before and asked the application nothing: a success, as far as gossip goes. The
    /// application knows what became of it.
    /// </summary>
    AlreadyInCache,

    /// <summary>The application's CheckTx refused it; code and log say why.</summary>
    Refused,

    /// <summary>CometBFT's mempool is full although the application might take it: try again later.</summary>
    MempoolFull,

    /// <summary>It exceeds mempool.max_tx_bytes or rpc.max_body_bytes of config.toml.</summary>
    TooLarge,
}

/// <summary>The answer to a submission.</summary>
/// <param name="Hash">The transaction's id.</param>
/// <param name="Code">CheckTx's code; 0 unless it was refused by the application.</param>
/// <param name="Log">The application's or CometBFT's words.</param>
public sealed record BroadcastAnswer(BroadcastOutcome Outcome, Hash256 Hash, uint Code, string Codespace, string Log)
{
    /// <summary>True when CometBFT has the transaction.</summary>
    public bool IsHeld => Outcome is BroadcastOutcome.Accepted or BroadcastOutcome.AlreadyInCache;
}
