using SharedSequencer.Primitives;
using SharedSequencer.Primitives.Wire;

namespace SharedSequencer.Protocol.State;

/// <summary>
/// How far usage is ahead of its target: bytes that were ordered, less what has drained since at the target's rate. The
/// price is an exponential of it, in EIP-4844's form with block time in place of the number of blocks: so quiet blocks
/// need no update, and fast blocks run away with nothing.
/// </summary>
/// <param name="Excess">In bytes, at <paramref name="Time"/>.</param>
/// <param name="Time">Time of the last block that added to it.</param>
public readonly record struct FeeMeter(ulong Excess, BlockTime Time)
{
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Beyond so many times the update bytes nothing is added: the price is e^20 times the least one there.</summary>
    private const ulong MostUpdates = 20;

    /// <summary>The excess that is left at a time; earlier times count as the meter's own.</summary>
    public ulong ExcessAt(BlockTime time, FeeRate rate)
    {
        if (time.CompareTo(Time) <= 0)
            return Excess;
        var elapsed = ((Int128)(time.Seconds - Time.Seconds) * NanosecondsPerSecond) + time.Nanoseconds - Time.Nanoseconds;
        var drained = (UInt128)elapsed * rate.TargetBytesPerSecond / NanosecondsPerSecond;
        return drained >= Excess ? 0 : Excess - (ulong)drained;
    }

    /// <summary>The meter after a block that ordered bytes.</summary>
    public FeeMeter Add(ulong bytes, BlockTime time, FeeRate rate)
    {
        var most = (UInt128)rate.UpdateBytes * MostUpdates;
        var excess = UInt128.Min((UInt128)ExcessAt(time, rate) + bytes, UInt128.Min(most, ulong.MaxValue));
        return new FeeMeter((ulong)excess, time.CompareTo(Time) > 0 ? time : Time);
    }

    /// <summary>
    /// <paramref name="least"/> × e^(excess ÷ update bytes), by the Taylor series in integers that EIP-4844 calls
    /// fake_exponential; at most 2^63.
    /// </summary>
    public ulong PriceAt(BlockTime time, ulong least, FeeRate rate)
    {
        UInt128 excess = ExcessAt(time, rate);
        UInt128 denominator = rate.UpdateBytes;
        UInt128 sum = 0;
        var term = (UInt128)least * denominator;
        for (UInt128 i = 1; term > 0; i++)
        {
            sum += term;

            // Terms grow until i passes the exponent, at most 20, and stay far below 128 bits for sensible rates; a least
            // price and update bytes that would not are refused at genesis.
            term = term * excess / (denominator * i);
        }

        return (ulong)UInt128.Min(sum / denominator, long.MaxValue);
    }

    public byte[] Encode() => new WireWriter(32).UInt64(1, Excess).Int64(2, Time.Seconds).Int64(3, Time.Nanoseconds).ToArray();

    /// <summary>Reads a record of the state.</summary>
    /// <exception cref="InvalidDataException">The bytes are no such record: the state is broken.</exception>
    public static FeeMeter Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        var meter = new FeeMeter(reader.UInt64(1), new BlockTime(reader.Int64(2), (int)reader.UInt32(3)));
        return reader.End() ? meter : throw new InvalidDataException($"The state holds no fee meter: {reader.Error}.");
    }
}

/// <summary>How a price answers to usage.</summary>
/// <param name="TargetBytesPerSecond">Usage at which the price stays as it is.</param>
/// <param name="UpdateBytes">Excess at which the price is e times the least one; above zero.</param>
public readonly record struct FeeRate(ulong TargetBytesPerSecond, ulong UpdateBytes);
