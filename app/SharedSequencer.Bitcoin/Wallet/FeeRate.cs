using System.Globalization;

namespace SharedSequencer.Bitcoin.Wallet;

/// <summary>A fee for size, in satoshi per 1,000 virtual bytes, as bitcoind counts it.</summary>
public readonly record struct FeeRate(ulong SatoshiPerKvb) : IComparable<FeeRate>
{
    /// <summary>From whole satoshi per virtual byte.</summary>
    public static FeeRate PerVirtualByte(ulong satoshi) => new(satoshi * 1000);

    /// <summary>The fee of a transaction of this size, rounded up.</summary>
    public ulong FeeFor(int virtualSize) => ((SatoshiPerKvb * (ulong)virtualSize) + 999) / 1000;

    public int CompareTo(FeeRate other) => SatoshiPerKvb.CompareTo(other.SatoshiPerKvb);

    public static FeeRate Max(FeeRate left, FeeRate right) => left.CompareTo(right) >= 0 ? left : right;

    public static FeeRate Min(FeeRate left, FeeRate right) => left.CompareTo(right) <= 0 ? left : right;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{SatoshiPerKvb / 1000m:0.###} sat/vB");
}
