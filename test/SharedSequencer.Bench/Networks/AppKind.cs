namespace SharedSequencer.Bench.Networks;

/// <summary>What CometBFT orders for.</summary>
internal enum AppKind
{
    /// <summary>CometBFT's own example, <c>abci-cli kvstore</c>: no signatures, no state to speak of.</summary>
    KeyValueStore,

    /// <summary>This project's node.</summary>
    Sequencer,
}
