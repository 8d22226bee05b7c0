namespace SharedSequencer.Evm.Execution;

/// <summary>A slice came before the one that is expected.</summary>
public sealed class SliceOutOfOrderException(ulong expected, ulong given)
    : Exception($"Slice {given} was delivered, slice {expected} is next: ask where the executor stands and resume there.")
{
    public ulong Expected { get; } = expected;

    public ulong Given { get; } = given;
}
