using SharedSequencer.Evm.Transactions;

namespace SharedSequencer.Evm.Execution;

/// <summary>A transaction that may enter the block, and its place among all payloads of the block's slices.</summary>
internal readonly record struct Candidate(int Index, EthereumTransaction Transaction);
