using SharedSequencer.Evm.Rpc;

namespace SharedSequencer.Evm.Execution;

/// <summary>A block that is built and checked, not yet taken by the client, with what became of every payload.</summary>
internal sealed record AssembledBlock(BuiltBlock Block, PayloadAttributes Attributes, IReadOnlyList<SliceResult> Slices);
