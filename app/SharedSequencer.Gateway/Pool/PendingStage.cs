namespace SharedSequencer.Gateway.Pool;

/// <summary>How far a transaction that the gateway holds has come.</summary>
internal enum PendingStage
{
    /// <summary>Accepted here, on its way to the node.</summary>
    Queued,

    /// <summary>The node has received it.</summary>
    Submitted,

    /// <summary>In a slice; the executor has not reached it.</summary>
    Final,

    /// <summary>No longer held: its submission failed or died.</summary>
    Released,
}
