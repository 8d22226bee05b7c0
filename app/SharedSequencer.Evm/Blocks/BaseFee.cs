using System.Numerics;
using SharedSequencer.Evm.Rpc;

namespace SharedSequencer.Evm.Blocks;

/// <summary>EIP-1559's base fee: what a block's transactions must offer, known from its parent alone.</summary>
public static class BaseFee
{
    private const ulong Elasticity = 2;
    private const ulong ChangeDenominator = 8;

    /// <summary>The base fee of the block after <paramref name="parent"/>, in wei per gas.</summary>
    public static BigInteger After(EvmBlockHeader parent) => After(parent.GasLimit, parent.GasUsed, parent.BaseFeePerGas);

    internal static BigInteger After(ulong gasLimit, ulong gasUsed, BigInteger baseFee)
    {
        var target = gasLimit / Elasticity;
        if (gasUsed == target)
            return baseFee;
        var off = gasUsed > target ? gasUsed - target : target - gasUsed;
        var change = baseFee * off / target / ChangeDenominator;
        return gasUsed > target ? baseFee + BigInteger.Max(change, BigInteger.One) : baseFee - change;
    }
}
