using SharedSequencer.Primitives;

namespace SharedSequencer.Storage.Blocks;

/// <summary>What is fixed about a block without its content.</summary>
/// <param name="Hash">CometBFT's block hash.</param>
/// <param name="AppHash">The state after it; header H+1 carries it.</param>
/// <param name="Proposer">CometBFT's address of the proposer, 20 bytes.</param>
public sealed record BlockSummary(long Height, Hash256 Hash, BlockTime Time, Hash256 AppHash, ReadOnlyMemory<byte> Proposer);
