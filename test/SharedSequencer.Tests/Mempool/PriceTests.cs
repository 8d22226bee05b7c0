using NUnit.Framework;
using SharedSequencer.Application.Ports;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.State;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine.Execution;

namespace SharedSequencer.Tests.Mempool;

/// <summary>What a rise of prices does to the pool.</summary>
internal sealed class PriceTests
{
    private static readonly FeeRate s_still = new(1UL << 40, 1UL << 36);

    // Two thousand bytes at once are e² times the least price.
    private static readonly FeeRate s_lively = new(1, 1_000);

    [Test]
    public void What_cannot_pay_a_higher_base_fee_leaves_and_what_can_stays()
    {
        var world = new PoolWorld(s_lively, s_still, 5, null, ("alpha", 5));
        var (poor, behind, rich) = (world.Make(1, 0, maxFee: Base(world) + 1), world.Make(1, 1), world.Make(2, 0));
        foreach (var transaction in new[] { rich, poor, behind })
            Assert.That(world.Admit(transaction), Is.EqualTo(ResultCode.Ok));
        var before = Base(world);

        world.Commit(world.Make(3, 0, actions: [PoolWorld.Data("alpha", 2_000)]));

        Assert.That(Base(world), Is.InRange(before + 2, 999));
        Assert.That((world.EndingOf(poor)?.Kind, world.EndingOf(poor)?.Code), Is.EqualTo((PoolEndingKind.Evicted, ResultCode.FeeTooLow)));
        Assert.That((world.Pool.PlaceOf(rich.Id), world.Pool.PlaceOf(behind.Id)), Is.EqualTo((PoolPlace.Runnable, PoolPlace.Waiting)));
        Assert.That(world.Faults(), Is.Empty);
    }

    [Test]
    public void What_cannot_pay_a_namespaces_own_fee_leaves_and_other_namespaces_are_not_concerned()
    {
        var world = new PoolWorld(s_still, s_lively, 5, null, ("alpha", 5), ("beta", 5));
        var (poor, rich) = (world.Make(1, 0, maxFee: 2, actions: [PoolWorld.Data("alpha", 500)]), world.Make(2, 0, actions: [PoolWorld.Data("alpha", 500)]));
        var other = world.Make(4, 0, maxFee: 2, actions: [PoolWorld.Data("beta", 500)]);
        foreach (var transaction in new[] { poor, rich, other })
            Assert.That(world.Admit(transaction), Is.EqualTo(ResultCode.Ok));

        world.Commit(world.Make(3, 0, actions: [PoolWorld.Data("alpha", 2_000)]));

        Assert.That(new BlockFees(world.State, world.State.Time).NamespacePerByte(NamespaceId.OfName("alpha")), Is.GreaterThan(2));
        Assert.That((world.EndingOf(poor)?.Kind, world.EndingOf(poor)?.Code), Is.EqualTo((PoolEndingKind.Evicted, ResultCode.FeeTooLow)));
        Assert.That((world.Pool.PlaceOf(rich.Id), world.Pool.PlaceOf(other.Id)), Is.EqualTo((PoolPlace.Runnable, PoolPlace.Runnable)));
        Assert.That(world.Faults(), Is.Empty);
    }

    private static ulong Base(PoolWorld world) => new BlockFees(world.State, world.State.Time).BasePerByte;
}
