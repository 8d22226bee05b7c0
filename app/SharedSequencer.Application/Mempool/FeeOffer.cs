using SharedSequencer.StateMachine.Execution;

namespace SharedSequencer.Application.Mempool;

/// <summary>
/// What a transaction offers for its fees. From it follows, at a block's prices and without looking at the state again,
/// whether it can pay and what it really tips.
/// </summary>
/// <param name="bytes">Of the signed transaction.</param>
/// <param name="surcharges">To the namespaces' fee recipients, in useq: as their records say now.</param>
internal readonly struct FeeOffer(int bytes, ulong maxFeePerByte, ulong tipPerByte, ulong surcharges)
{
    /// <summary>What is left of the cap for each byte, for base fee and tip; 0 when there is nothing.</summary>
    public ulong PerByteAfterNamespaces(BlockFees fees, NamespaceDemand[] demands)
    {
        var size = (UInt128)bytes;
        var cap = maxFeePerByte * size;
        UInt128 taken = surcharges;
        foreach (var demand in demands)
            taken += (UInt128)fees.NamespacePerByte(demand.Namespace) * (UInt128)demand.Payload;
        return taken >= cap ? 0 : (ulong)((cap - taken) / size);
    }

    /// <summary>The tip for each byte, in useq; false when the fees exceed the cap.</summary>
    public bool TryTip(BlockFees fees, NamespaceDemand[] demands, out ulong tip)
    {
        var left = PerByteAfterNamespaces(fees, demands);
        tip = left < fees.BasePerByte ? 0 : Math.Min(tipPerByte, left - fees.BasePerByte);
        return left >= fees.BasePerByte;
    }
}
