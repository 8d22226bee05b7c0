using NUnit.Framework;
using SharedSequencer.Application.Mempool;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine.Execution;

namespace SharedSequencer.Tests.Mempool;

/// <summary>What the pool reckons without the state is what execution takes.</summary>
internal sealed class FeeOfferTests
{
    [FsCheck.NUnit.Property(MaxTest = 200)]
    public void An_offer_can_pay_and_tips_what_execution_says(int seed)
    {
        var random = new Random(seed);
        var surcharge = (ulong)random.Next(0, 4);
        var world = new PoolWorld(2, null, ("alpha", 5), ("beta", 5));
        world.Commit(world.Make(0, 1, actions: [new UpdateNamespace(NamespaceId.OfName("alpha"), new NamespaceSettings { SurchargePerByte = surcharge }, 5, null)]));
        TransactionAction[] actions = [.. Enumerable.Range(0, random.Next(1, 4)).Select(i => random.Next(3) switch
        {
            0 => (TransactionAction)new Transfer(world.Account(0), 1),
            1 => PoolWorld.Data("alpha", random.Next(1, 400), i),
            _ => PoolWorld.Data("beta", random.Next(1, 400), i),
        })];

        // The base fee is 1: caps of one and little more are its border.
        var transaction = world.Make(1, 0, tip: (ulong)random.Next(0, 4), maxFee: (ulong)random.Next(1, 5), actions: actions);
        var fees = new BlockFees(world.State, world.State.Time);
        Assert.That(NamespaceDemand.Of(transaction, world.State, out var demands).IsOk, Is.True);
        var surcharges = (ulong)demands.Where(d => d.Namespace == NamespaceId.OfName("alpha")).Sum(d => d.Payload) * surcharge;
        var offer = new FeeOffer(transaction.Raw.Length, transaction.Body.MaxFeePerByte, transaction.Body.TipPerByte, surcharges);

        var verdict = TransactionCost.Of(transaction, world.State, fees, out var cost);

        Assert.That(offer.TryTip(fees, demands, out var tip), Is.EqualTo(verdict.IsOk), verdict.Message);
        Assert.That(verdict.Code, Is.EqualTo(ResultCode.Ok).Or.EqualTo(ResultCode.FeeTooLow));
        if (verdict.IsOk)
            Assert.That(tip, Is.EqualTo(cost.Tip / (ulong)transaction.Raw.Length));
    }
}
