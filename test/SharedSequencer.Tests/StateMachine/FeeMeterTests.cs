using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;

namespace SharedSequencer.Tests.StateMachine;

internal sealed class FeeMeterTests
{
    private static readonly FeeRate s_rate = new(1_000, 10_000);
    private static readonly BlockTime s_start = new(1_700_000_000, 0);

    // fake_exponential's own cases of EIP-4844's reference tests: factor, numerator, denominator, result.
    [TestCase(1UL, 0UL, 1UL, 1UL)]
    [TestCase(38493UL, 0UL, 1000UL, 38493UL)]
    [TestCase(1UL, 2UL, 1UL, 6UL)]
    [TestCase(1UL, 4UL, 2UL, 6UL)]
    [TestCase(1UL, 3UL, 1UL, 16UL)]
    [TestCase(1UL, 6UL, 2UL, 18UL)]
    [TestCase(1UL, 4UL, 1UL, 49UL)]
    [TestCase(1UL, 8UL, 2UL, 50UL)]
    [TestCase(10UL, 8UL, 2UL, 542UL)]
    [TestCase(11UL, 8UL, 2UL, 596UL)]
    [TestCase(1UL, 5UL, 1UL, 136UL)]
    [TestCase(1UL, 5UL, 2UL, 11UL)]
    [TestCase(2UL, 5UL, 2UL, 23UL)]
    public void The_price_is_the_integer_exponential_of_EIP_4844(ulong least, ulong excess, ulong update, ulong price)
    {
        Assert.That(new FeeMeter(excess, s_start).PriceAt(s_start, least, new FeeRate(1, update)), Is.EqualTo(price));
    }

    [Test]
    public void Usage_at_the_target_leaves_the_price_as_it_is_and_rest_brings_it_down_to_the_least()
    {
        var meter = new FeeMeter(50_000, s_start);
        var before = meter.PriceAt(s_start, 7, s_rate);
        for (var second = 1; second <= 100; second++)
            meter = meter.Add(1_000, s_start with { Seconds = s_start.Seconds + second }, s_rate);

        Assert.That(meter.PriceAt(s_start with { Seconds = s_start.Seconds + 100 }, 7, s_rate), Is.EqualTo(before));
        Assert.That(meter.PriceAt(s_start with { Seconds = s_start.Seconds + 1_000 }, 7, s_rate), Is.EqualTo(7));
    }

    [FsCheck.NUnit.Property]
    public bool Many_fast_blocks_cost_what_one_slow_block_of_their_bytes_costs(ushort[] blocks)
    {
        var (many, total) = (new FeeMeter(0, s_start), 0UL);
        foreach (var bytes in blocks)
        {
            many = many.Add(bytes, s_start, s_rate);
            total += bytes;
        }

        return many.Excess == new FeeMeter(0, s_start).Add(total, s_start, s_rate).Excess;
    }

    [FsCheck.NUnit.Property]
    public bool No_sequence_of_blocks_overflows_and_the_price_never_falls_below_the_least(ulong[] bytes, PositiveInt least)
    {
        var meter = default(FeeMeter);
        var time = s_start;
        foreach (var block in bytes)
        {
            time = new BlockTime(time.Seconds + (long)(block % 3), (int)(block % 1_000_000_000));
            meter = meter.Add(block, time, s_rate);
            if (meter.PriceAt(time, (ulong)least.Get, s_rate) < (ulong)least.Get)
                return false;
        }

        return FeeMeter.Decode(meter.Encode()) == meter;
    }

    [Test]
    public void At_the_borders_of_what_genesis_allows_the_price_stays_within_its_bound()
    {
        var rate = new FeeRate(1, 1UL << 36);
        var meter = default(FeeMeter).Add(ulong.MaxValue, s_start, rate);

        var price = meter.PriceAt(s_start, 1 << 20, rate);

        Assert.That((BigInteger)price, Is.GreaterThan((BigInteger)(1 << 20) * 400_000_000).And.LessThan((BigInteger)(1 << 20) * 500_000_000), "e^20 is 485165195");
    }

    [Test]
    public void A_price_beyond_63_bits_is_the_largest_of_them() =>
        Assert.That(new FeeMeter(44, s_start).PriceAt(s_start, 1 << 20, new FeeRate(1, 1)), Is.EqualTo(long.MaxValue), "e^44 × 2^20 takes 84 bits");
}
