using NUnit.Framework;
using SharedSequencer.Application;
using SharedSequencer.Application.Ports;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.Transactions;
using SharedSequencer.StateMachine.Execution;

namespace SharedSequencer.Tests.Mempool;

/// <summary>What a namespace is guaranteed of blocks and of the pool, whatever others send and tip.</summary>
internal sealed class FairShareTests
{
    private const int BlockBytes = 200_000;
    private const int Quiet = 0;

    [Test]
    public void A_flooding_namespace_delays_another_by_no_block_within_its_share()
    {
        // Two equal deposits: half of a block is guaranteed, so each has a quarter of it, 50 kB.
        var world = new PoolWorld(41, null, ("flood", 100), ("quiet", 100));
        var flood = Flood(world, 40, 50, _ => "flood");
        ulong nonce = 1;
        for (var block = 0; block < 8; block++)
        {
            var quiet = Send(world, ref nonce, 40);
            var committed = world.CommitProposal(BlockBytes);

            var mine = PayloadFor("quiet", committed);
            TestContext.Out.WriteLine($"block {committed.Context.Height}: {mine} bytes of 'quiet' without tip, {PayloadFor("flood", committed)} of 'flood' at tip 100, {flood - block} queued");
            Assert.That(committed.Transactions.Select(t => t.Id), Is.SupersetOf(quiet.Select(t => t.Id)), "all of it, in the next block");
            Assert.That(PayloadFor("flood", committed), Is.GreaterThan(BlockBytes / 2), "what nobody else wants goes by tip");
        }
    }

    [Test]
    public void Without_guaranteed_shares_the_same_flood_delays_it_to_its_own_end()
    {
        var world = new PoolWorld(41, new ApplicationOptions { GuaranteedPercent = 0 }, ("flood", 100), ("quiet", 100));
        Flood(world, 40, 50, _ => "flood");
        ulong nonce = 1;
        Send(world, ref nonce, 40);
        var delay = 0;
        while (PayloadFor("quiet", world.CommitProposal(BlockBytes)) == 0)
            delay++;

        Assert.That(delay, Is.GreaterThanOrEqualTo(10));
    }

    [Test]
    public void More_than_the_share_takes_as_many_blocks_as_shares()
    {
        var world = new PoolWorld(41, null, ("flood", 100), ("quiet", 100));
        Flood(world, 40, 50, _ => "flood");
        ulong nonce = 1;
        Send(world, ref nonce, 160);
        List<int> taken = [];
        while (taken.Sum() < 160_000)
            taken.Add(PayloadFor("quiet", world.CommitProposal(BlockBytes)));

        // 1,000 bytes of payload take some 1,190 of a block.
        Assert.That(taken, Has.Count.EqualTo(4), string.Join(", ", taken));
    }

    [Test]
    public void An_owner_of_a_thousand_namespaces_gains_nothing_beyond_its_deposits()
    {
        var many = Enumerable.Range(0, 1000).Select(i => ($"n-{i}", 1UL)).ToArray();
        var world = new PoolWorld(41, null, [.. many, ("quiet", 1000)]);
        Flood(world, 40, 25, i => many[i % 1000].Item1);
        var nonce = world.NonceOf(Quiet);
        var quiet = Send(world, ref nonce, 40);

        var block = world.CommitProposal(BlockBytes);

        TestContext.Out.WriteLine($"{PayloadFor("quiet", block)} bytes for a deposit of 1,000; {block.Slices.Count - 1} namespaces with 1 each got {block.Slices.Sum(s => s.Entries.Sum(e => e.Payload.Length)) - PayloadFor("quiet", block)}");
        Assert.That(block.Transactions.Select(t => t.Id), Is.SupersetOf(quiet.Select(t => t.Id)));
    }

    [Test]
    public void A_namespace_whose_transaction_exceeds_its_share_saves_up_for_it()
    {
        // 1 in 101 of half a block: 990 bytes a block, so 10 kB take eleven blocks.
        var world = new PoolWorld(41, null, ("flood", 100), ("quiet", 1));
        Flood(world, 40, 100, _ => "flood");
        world.Admit(world.Make(Quiet, 1, actions: [PoolWorld.Data("quiet", 10_000)]));
        var blocks = 1;
        while (PayloadFor("quiet", world.CommitProposal(BlockBytes)) == 0)
            blocks++;

        Assert.That(blocks, Is.InRange(10, 12));
    }

    [Test]
    public void A_bundle_counts_for_every_namespace_it_touches()
    {
        // The flood adds one byte for 'quiet' to each transaction: it does not use up the share of 'quiet'.
        var world = new PoolWorld(41, null, ("flood", 100), ("quiet", 100));
        for (var i = 0; i < 40 * 20; i++)
            world.Admit(world.Make(1 + (i % 40), (ulong)(i / 40), tip: 100, actions: [PoolWorld.Data("quiet", 1), PoolWorld.Data("flood", 1_000, i)]));
        ulong nonce = 1;
        var quiet = Send(world, ref nonce, 30);

        var block = world.CommitProposal(BlockBytes);

        Assert.That(block.Transactions.Select(t => t.Id), Is.SupersetOf(quiet.Select(t => t.Id)));
    }

    /// <summary>Others' pool of 256 kB for all rollups: one could fill it.</summary>
    [Test]
    public void Regression_defect_14_one_rollup_cannot_fill_the_pool()
    {
        var world = new PoolWorld(81, new ApplicationOptions { PoolBytes = 1_000_000 }, ("flood", 100), ("quiet", 100));
        var taken = Flood(world, 40, 50, _ => "flood");
        Assert.That(taken, Is.LessThan(2000), "the pool is full");
        ulong nonce = 1;
        var quiet = Send(world, ref nonce, 200);
        var again = Enumerable.Range(0, 40).Select(i => world.Make(41 + i, 0, tip: 200, actions: [PoolWorld.Data("flood", 1_000, i)])).ToList();
        foreach (var transaction in again)
            world.Admit(transaction);

        Assert.That(quiet.Select(t => world.Pool.PlaceOf(t.Id)), Is.All.EqualTo(PoolPlace.Runnable), "200 kB of its guaranteed 250 kB");
        Assert.That(again.Count(t => world.Pool.PlaceOf(t.Id) == PoolPlace.Runnable), Is.EqualTo(40), "a higher tip displaces the flood's own lower ones");
        Assert.That(world.Faults(), Is.Empty);
    }

    [Test]
    public void The_guaranteed_part_of_the_pool_follows_the_deposits_by_count_too()
    {
        // Half of 16 places: 4 for each, and after one deposit was raised 6 and 2.
        var world = new PoolWorld(41, new ApplicationOptions { PoolCount = 16 }, ("alpha", 100), ("beta", 100));
        world.Commit(world.Make(Quiet, 1, actions: [new UpdateNamespace(NamespaceId.OfName("alpha"), new(), 300, null)]));
        for (var i = 1; i <= 16; i++)
            Assert.That(world.Admit(world.Make(i, 0, tip: 50)), Is.EqualTo(ResultCode.Ok));

        Assert.That((Taken("alpha", 17), Taken("beta", 29)), Is.EqualTo((6, 2)));
        Assert.That(world.Faults(), Is.Empty);

        int Taken(string name, int from) => Enumerable.Range(from, 12)
            .Count(account => world.Admit(world.Make(account, 0, actions: [PoolWorld.Data(name, 10, account)])) == ResultCode.Ok);
    }

    [Test]
    public void A_quota_that_is_used_up_holds_up_nobody_else()
    {
        var world = new PoolWorld(300);
        world.Commit(world.Make(0, 0, actions:
        [
            new RegisterNamespace("small", new NamespaceSettings { MaxBytesPerBlock = 100 }, 1), new RegisterNamespace("other", new(), 1),
        ]));
        for (var i = 1; i < 300; i++)
            world.Admit(world.Make(i, 0, tip: i < 299 ? 9UL : 0, actions: [PoolWorld.Data(i < 299 ? "small" : "other", 50)]));

        var block = world.CommitProposal();

        Assert.That((PayloadFor("small", block), PayloadFor("other", block)), Is.EqualTo((100, 50)));
        Assert.That(world.Pool.Count, Is.EqualTo(296), "they wait for the next block");
    }

    private static int Flood(PoolWorld world, int accounts, int each, Func<int, string> name)
    {
        var taken = 0;
        for (var i = 0; i < accounts * each; i++)
        {
            if (world.Admit(world.Make(1 + (i % accounts), (ulong)(i / accounts), tip: 100, actions: [PoolWorld.Data(name(i), 1_000, i)])) == ResultCode.Ok)
                taken++;
        }

        return taken;
    }

    private static List<SignedTransaction> Send(PoolWorld world, ref ulong nonce, int count)
    {
        List<SignedTransaction> sent = [];
        for (var i = 0; i < count; i++)
        {
            sent.Add(world.Make(Quiet, nonce++, actions: [PoolWorld.Data("quiet", 1_000, i)]));
            Assert.That(world.Admit(sent[^1]), Is.EqualTo(ResultCode.Ok));
        }

        return sent;
    }

    private static int PayloadFor(string name, ExecutedBlock block) =>
        block.Slices.Where(s => s.Namespace == NamespaceId.OfName(name)).Sum(s => s.Entries.Sum(e => e.Payload.Length));
}
