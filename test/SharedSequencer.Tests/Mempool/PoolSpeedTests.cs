using System.Diagnostics;
using NUnit.Framework;
using SharedSequencer.Application;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Tests.Mempool;

/// <summary>Bounds that a loaded machine still keeps; the figures themselves are written beside them.</summary>
internal sealed class PoolSpeedTests
{
    [Test]
    public void Admission_takes_microseconds_and_a_block_costs_what_it_disturbs()
    {
        const int Count = 20_000;
        const int Accounts = 200;
        var world = new PoolWorld(Accounts + 1, new ApplicationOptions { PoolCount = Count }, ("alpha", 5));
        var transactions = new SignedTransaction[Count];
        Parallel.For(0, Count, i => transactions[i] = world.Make(1 + (i % Accounts), (ulong)(i / Accounts), (ulong)(i % 7), actions: [PoolWorld.Data("alpha", 500, i)]));
        var verify = Measure(() =>
        {
            for (var i = 0; i < 500; i++)
                Assert.That(transactions[i].HasValidSignature());
        }) / 500;

        var admit = Measure(() =>
        {
            foreach (var transaction in transactions)
                world.Pool.Admit(transaction);
        }) / Count;
        var snapshot = Measure(() => world.Pool.Snapshot());
        var empty = Measure(() => world.Commit());
        var lone = Measure(() => world.Commit(world.Make(0, 1)));

        TestContext.Out.WriteLine($"admission {admit:F1} µs beside {verify:F1} µs for a signature; snapshot of {Count} {snapshot:F0} µs; an empty block {empty:F0} µs, one with one transaction {lone:F0} µs");
        Assert.That(world.Pool.Count, Is.EqualTo(Count));
        Assert.That(admit, Is.LessThan(verify), "admission adds little to the signature");
        Assert.That(empty, Is.LessThan(Count), "under a microsecond for each transaction that it does not disturb");
    }

    [Test]
    public void A_full_pool_refuses_and_evicts_as_fast_as_it_admits()
    {
        const int Count = 20_000;
        const int Accounts = 500;
        var world = new PoolWorld(Accounts + 2, new ApplicationOptions { PoolCount = Count / 2 });
        var transactions = new SignedTransaction[Count];
        Parallel.For(0, Count, i => transactions[i] = world.Make(1 + (i % Accounts), (ulong)(i / Accounts), (ulong)(i / Accounts)));
        var first = Measure(() => Admit(0, Count / 2)) / (Count / 2);
        var full = Measure(() => Admit(Count / 2, Count)) / (Count / 2);

        TestContext.Out.WriteLine($"{first:F1} µs while there is room, {full:F1} µs when full");
        Assert.That(world.Pool.Count, Is.LessThanOrEqualTo(Count / 2));
        Assert.That(full, Is.LessThan(Math.Max(50, 5 * first)));
        Assert.That(world.Faults(), Is.Empty);

        void Admit(int from, int to)
        {
            for (var i = from; i < to; i++)
                world.Pool.Admit(transactions[i]);
        }
    }

    [Test]
    public void A_hundred_thousand_candidates_of_many_accounts_fill_a_block_within_a_second()
    {
        const int Count = 100_000;
        const int Accounts = 2_000;
        var world = new PoolWorld(Accounts + 1, new ApplicationOptions { PoolCount = Count }, ("alpha", 5), ("beta", 5));
        var transactions = new SignedTransaction[Count];
        Parallel.For(0, Count, i => transactions[i] = world.Make(1 + (i % Accounts), (ulong)(i / Accounts), (ulong)(i % 13), actions: [PoolWorld.Data(i % 9 == 0 ? "beta" : "alpha", 300, i)]));
        foreach (var transaction in transactions)
            Assert.That(world.Pool.Admit(transaction).Code, Is.EqualTo(ResultCode.Ok));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var full = Measure(() => Assert.That(world.Propose().Transactions, Has.Count.GreaterThan(5_000)));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var tiny = Measure(() => world.Propose(2_000));

        TestContext.Out.WriteLine($"4 MiB of {Count} candidates in {full / 1000:F0} ms with {allocated / 1_000_000} MB allocated; choosing alone {tiny / 1000:F1} ms");
        Assert.That(tiny / 1000, Is.LessThan(1_000));
    }

    /// <summary>Microseconds.</summary>
    private static double Measure(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }
}
