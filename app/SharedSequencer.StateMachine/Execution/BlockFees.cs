using SharedSequencer.Primitives;
using SharedSequencer.StateMachine.State;

namespace SharedSequencer.StateMachine.Execution;

/// <summary>
/// The prices of one block: functions of the parent's state and the block's time, the same for every transaction in it.
/// </summary>
/// <param name="state">The parent's state; a fork of it serves too, as meters change only when a block ends.</param>
public sealed class BlockFees(IStateView state, BlockTime time)
{
    private readonly Dictionary<NamespaceId, ulong> _namespaces = [];

    /// <summary>In useq for each byte of a signed transaction.</summary>
    public ulong BasePerByte { get; } = state.FeeMeter.PriceAt(time, state.Parameters.BaseFeePerByte, state.Parameters.ChainFeeRate);

    /// <summary>In useq for each byte of payload, on top: nothing while the namespace keeps to its target.</summary>
    public ulong NamespacePerByte(NamespaceId id)
    {
        if (_namespaces.TryGetValue(id, out var known))
            return known;
        var least = state.Parameters.BaseFeePerByte;
        var price = state.NamespaceMeter(id).PriceAt(time, least, state.Parameters.NamespaceFeeRate) - least;
        _namespaces.Add(id, price);
        return price;
    }
}
