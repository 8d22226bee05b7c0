using SharedSequencer.Evm.Execution;

namespace SharedSequencer.Evm.Blocks;

/// <summary>An EVM block to be made: its timestamp in seconds since 1970, and the slices in it, at least one.</summary>
public sealed record EvmBlockPlan(ulong Timestamp, IReadOnlyList<ExecutorSlice> Slices)
{
    /// <summary>Its last slice: what extraData names.</summary>
    public SliceMark Mark => new(Slices[^1].Number, Slices[^1].Height);
}
