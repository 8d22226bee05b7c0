using NUnit.Framework;
using SharedSequencer.Application;
using SharedSequencer.Application.Ports;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Tests.Mempool;

/// <summary>Who is let in, who makes room, and what those who leave are told.</summary>
internal sealed class AdmissionTests
{
    [TestCase(0UL, 0UL, ExpectedResult = ResultCode.ReplacementUnderpriced)]
    [TestCase(0UL, 1UL, ExpectedResult = ResultCode.Ok)]
    [TestCase(10UL, 10UL, ExpectedResult = ResultCode.ReplacementUnderpriced)]
    [TestCase(10UL, 11UL, ExpectedResult = ResultCode.Ok)]
    [TestCase(19UL, 20UL, ExpectedResult = ResultCode.ReplacementUnderpriced)]
    [TestCase(19UL, 21UL, ExpectedResult = ResultCode.Ok)]
    [TestCase(100UL, 109UL, ExpectedResult = ResultCode.ReplacementUnderpriced)]
    [TestCase(100UL, 110UL, ExpectedResult = ResultCode.Ok)]
    public ResultCode A_replacement_tips_at_least_a_tenth_more(ulong before, ulong after)
    {
        var world = new PoolWorld(2);
        var first = world.Make(1, 0, tip: before);
        world.Admit(first);
        var second = world.Make(1, 0, tip: after, actions: [new Transfer(world.Account(0), 2)]);

        var code = world.Admit(second);

        Assert.That(world.EndingOf(first)?.Kind, code == ResultCode.Ok ? Is.EqualTo(PoolEndingKind.Replaced) : Is.Null);
        Assert.That(world.Faults(), Is.Empty);
        return code;
    }

    [Test]
    public void A_tip_counts_as_far_as_the_cap_leaves_room()
    {
        var world = new PoolWorld(2);
        world.Admit(world.Make(1, 0, tip: 50, maxFee: 100));

        // The base fee is 1: of the tip of 1000, 54 are left.
        Assert.That(world.Admit(world.Make(1, 0, tip: 1000, maxFee: 55)), Is.EqualTo(ResultCode.ReplacementUnderpriced));
        Assert.That(world.Admit(world.Make(1, 0, tip: 1000, maxFee: 56)), Is.EqualTo(ResultCode.Ok));
    }

    [Test]
    public void What_another_transaction_with_the_nonce_overtook_in_a_block_is_replaced()
    {
        var world = new PoolWorld(2);
        var ours = world.Make(1, 0, tip: 5);
        world.Admit(ours);

        world.Commit(world.Make(1, 0, tip: 9));

        Assert.That(world.EndingOf(ours)?.Kind, Is.EqualTo(PoolEndingKind.Replaced));
        Assert.That(world.Pool.Count, Is.Zero);
    }

    [Test]
    public void What_never_fits_a_quota_is_refused_at_once()
    {
        var world = new PoolWorld(2);
        world.Commit(world.Make(0, 0, actions: [new RegisterNamespace("small", new NamespaceSettings { MaxBytesPerBlock = 100 }, 1)]));

        Assert.That(world.Admit(world.Make(1, 0, actions: [PoolWorld.Data("small", 60), PoolWorld.Data("small", 41)])), Is.EqualTo(ResultCode.TooLarge));
        Assert.That(world.Admit(world.Make(1, 0, actions: [PoolWorld.Data("small", 60), PoolWorld.Data("small", 40)])), Is.EqualTo(ResultCode.Ok));
    }

    [Test]
    public void The_account_can_have_so_many_and_no_more()
    {
        var world = new PoolWorld(2, new ApplicationOptions { PoolCountPerAccount = 2, PoolBytesPerAccount = 1_000_000 });
        world.Admit(world.Make(1, 0));
        world.Admit(world.Make(1, 1));

        Assert.That(world.Admit(world.Make(1, 2)), Is.EqualTo(ResultCode.PoolFull));
        Assert.That(world.Admit(world.Make(1, 1, tip: 1)), Is.EqualTo(ResultCode.Ok), "a replacement takes no place");
    }

    [Test]
    public void The_bytes_of_an_account_are_bounded_and_a_replacement_counts_instead_of_what_it_replaces()
    {
        var size = new PoolWorld(2).Make(1, 0).Raw.Length;
        var world = new PoolWorld(2, new ApplicationOptions { PoolBytesPerAccount = (2 * size) + 10 });
        world.Admit(world.Make(1, 0));
        world.Admit(world.Make(1, 1));

        Assert.That(world.Admit(world.Make(1, 2)), Is.EqualTo(ResultCode.PoolFull));
        Assert.That(world.Admit(world.Make(1, 1, tip: 1)), Is.EqualTo(ResultCode.Ok));
        Assert.That(world.Faults(), Is.Empty);
    }

    [Test]
    public void Deposits_are_among_what_a_transaction_can_take()
    {
        const ulong Half = 500_000_000_000;
        var world = new PoolWorld(2);
        world.Commit(world.Make(1, 0, actions: [new RegisterNamespace("mine", new(), 10)]));
        Assert.That(world.Admit(world.Make(1, 1, actions: [new RegisterNamespace("other", new(), Half)])), Is.EqualTo(ResultCode.Ok));

        Assert.That(Admit(new RegisterNamespace("third", new(), Half)), Is.EqualTo(ResultCode.InsufficientBalance));
        Assert.That(Admit(new UpdateNamespace(NamespaceId.OfName("mine"), new(), Half + 10, null)), Is.EqualTo(ResultCode.InsufficientBalance));
        Assert.That(Admit(new UpdateNamespace(NamespaceId.OfName("mine"), new(), 10, null)), Is.EqualTo(ResultCode.Ok), "what is there already is not taken again");

        ResultCode Admit(TransactionAction action) => world.Admit(world.Make(1, 2, actions: [action]));
    }

    [Test]
    public void A_dear_transaction_behind_a_cheap_one_of_its_account_pushes_nobody_out()
    {
        var world = new PoolWorld(4, new ApplicationOptions { PoolCount = 3 });
        var (cheap, other, third) = (world.Make(1, 0, tip: 1), world.Make(2, 0, tip: 50), world.Make(3, 0, tip: 50));
        foreach (var transaction in new[] { cheap, other, third })
            world.Admit(transaction);

        Assert.That(world.Admit(world.Make(1, 1, tip: 100)), Is.EqualTo(ResultCode.PoolFull), "it cannot be ordered before the cheap one");
        Assert.That(world.Observer.Endings, Is.Empty);
    }

    [Test]
    public void A_longer_replacement_pushes_out_another_accounts_transaction_and_not_its_own()
    {
        var size = new PoolWorld(3).Make(1, 0, tip: 1).Raw.Length;
        var world = new PoolWorld(3, new ApplicationOptions { PoolBytes = (2 * size) + 20 });
        var (replaced, cheap) = (world.Make(1, 0, tip: 1), world.Make(2, 0, tip: 2));
        world.Admit(replaced);
        world.Admit(cheap);

        Assert.That(
            world.Admit(world.Make(1, 0, tip: 9, actions: [new Transfer(world.Account(0), 1), new Transfer(world.Account(0), 2)])), Is.EqualTo(ResultCode.Ok));

        Assert.That((world.EndingOf(replaced)?.Kind, world.EndingOf(cheap)?.Kind), Is.EqualTo((PoolEndingKind.Replaced, PoolEndingKind.Evicted)));
        Assert.That(world.Pool.Count, Is.EqualTo(1));
        Assert.That(world.Faults(), Is.Empty);
    }

    [Test]
    public void All_of_an_accounts_transactions_together_are_covered_by_its_coins()
    {
        var world = new PoolWorld(2);
        const ulong Half = 500_000_000_000;
        world.Admit(world.Make(1, 0, actions: [new Transfer(world.Account(0), Half)]));

        Assert.That(world.Admit(world.Make(1, 1, actions: [new Transfer(world.Account(0), Half)])), Is.EqualTo(ResultCode.InsufficientBalance));
    }

    [Test]
    public void What_a_block_left_without_coins_is_rejected_and_what_is_behind_it_waits()
    {
        var world = new PoolWorld(2);
        const ulong Most = 600_000_000_000;
        var cheap = world.Make(1, 0);
        var (uncovered, behind) = (world.Make(1, 1, actions: [new Transfer(world.Account(0), Most)]), world.Make(1, 2));
        foreach (var transaction in new[] { cheap, uncovered, behind })
            Assert.That(world.Admit(transaction), Is.EqualTo(ResultCode.Ok));

        world.Commit(world.Make(1, 0, actions: [new Transfer(world.Account(0), Most)]));

        Assert.That(world.EndingOf(cheap)?.Kind, Is.EqualTo(PoolEndingKind.Replaced));
        Assert.That(world.EndingOf(uncovered)?.Code, Is.EqualTo(ResultCode.InsufficientBalance));
        Assert.That(world.Pool.PlaceOf(behind.Id), Is.EqualTo(PoolPlace.Waiting));
        Assert.That(world.Faults(), Is.Empty);
    }

    [Test]
    public void A_full_pool_gives_up_its_cheapest_and_tells_it()
    {
        var world = new PoolWorld(4, new ApplicationOptions { PoolCount = 2 });
        var (cheap, dear) = (world.Make(1, 0, tip: 3), world.Make(2, 0, tip: 8));
        world.Admit(cheap);
        world.Admit(dear);

        Assert.That(world.Admit(world.Make(3, 0, tip: 3)), Is.EqualTo(ResultCode.PoolFull), "an equal one does not push anyone out");
        Assert.That(world.Admit(world.Make(3, 0, tip: 4)), Is.EqualTo(ResultCode.Ok));

        Assert.That((world.EndingOf(cheap)?.Kind, world.EndingOf(cheap)?.Code), Is.EqualTo((PoolEndingKind.Evicted, ResultCode.PoolFull)));
        Assert.That(world.Faults(), Is.Empty);
    }

    [Test]
    public void Of_equal_ones_the_newest_leaves()
    {
        var world = new PoolWorld(6, new ApplicationOptions { PoolCount = 5, ParkedCount = 3 });
        var (older, newer) = (world.Make(1, 0, tip: 3), world.Make(2, 0, tip: 3));
        var (waiting, later) = (world.Make(3, 7, tip: 3), world.Make(4, 7, tip: 3));
        foreach (var transaction in new[] { older, newer, waiting, later })
            world.Admit(transaction);

        world.Admit(world.Make(5, 0, tip: 9));
        world.Admit(world.Make(5, 1, tip: 9));
        Assert.That((world.EndingOf(later)?.Kind, world.EndingOf(waiting)), Is.EqualTo((PoolEndingKind.Evicted, null as PoolEnding?)));
        world.Admit(world.Make(5, 2, tip: 9));
        world.Admit(world.Make(5, 3, tip: 9));
        Assert.That((world.EndingOf(newer)?.Kind, world.EndingOf(older)), Is.EqualTo((PoolEndingKind.Evicted, null as PoolEnding?)));
    }

    [Test]
    public void Eviction_takes_the_last_of_an_account_so_that_none_is_left_without_one_before_it()
    {
        // A dear transaction behind a cheap one cannot run before it: it counts as cheap, and goes first.
        var world = new PoolWorld(4, new ApplicationOptions { PoolCount = 3 });
        var (head, tail, other) = (world.Make(1, 0, tip: 1), world.Make(1, 1, tip: 100), world.Make(2, 0, tip: 50));
        world.Admit(head);
        world.Admit(tail);
        world.Admit(other);

        Assert.That(world.Admit(world.Make(3, 0, tip: 20)), Is.EqualTo(ResultCode.Ok));

        Assert.That(world.EndingOf(tail)?.Kind, Is.EqualTo(PoolEndingKind.Evicted));
        Assert.That(world.EndingOf(head), Is.Null);
        Assert.That(world.Faults(), Is.Empty);
    }

    [Test]
    public void A_cheap_transaction_that_dearer_ones_of_other_accounts_outrank_is_not_shielded_by_its_own_tail()
    {
        var world = new PoolWorld(6, new ApplicationOptions { PoolCount = 3 });
        var (head, tail, other) = (world.Make(1, 0, tip: 1), world.Make(1, 1, tip: 100), world.Make(2, 0, tip: 50));
        world.Admit(head);
        world.Admit(tail);
        world.Admit(other);

        world.Admit(world.Make(3, 0, tip: 20));
        world.Admit(world.Make(4, 0, tip: 20));

        Assert.That(world.EndingOf(head)?.Kind, Is.EqualTo(PoolEndingKind.Evicted));
        Assert.That(world.EndingOf(other), Is.Null);
    }

    [Test]
    public void What_waits_makes_room_for_what_can_run()
    {
        var world = new PoolWorld(4, new ApplicationOptions { PoolCount = 2 });
        var (waiting, running) = (world.Make(1, 5, tip: 100), world.Make(2, 0));
        world.Admit(waiting);
        world.Admit(running);

        Assert.That(world.Admit(world.Make(3, 0)), Is.EqualTo(ResultCode.Ok));
        Assert.That(world.EndingOf(waiting)?.Kind, Is.EqualTo(PoolEndingKind.Evicted));
        Assert.That(world.Admit(world.Make(1, 5, tip: 100)), Is.EqualTo(ResultCode.PoolFull), "and not the other way round");
    }

    [Test]
    public void A_refused_newcomer_pushes_nobody_out()
    {
        var world = new PoolWorld(4, new ApplicationOptions { PoolBytes = 2_000 });
        var (cheap, dear) = (world.Make(1, 0, tip: 1), world.Make(2, 0, tip: 50));
        world.Admit(cheap);
        world.Admit(dear);
        var large = world.Make(3, 0, tip: 20, actions: [.. Enumerable.Range(1, 45).Select(i => new Transfer(world.Account(0), (ulong)i))]);

        Assert.That(world.Admit(large), Is.EqualTo(ResultCode.PoolFull));
        Assert.That(world.Pool.Count, Is.EqualTo(2));
    }

    /// <summary>Others' mempool: no priority by fee, no replacement, failing transactions stuck for ever.</summary>
    [Test]
    public void Regression_defect_10_priority_replacement_and_no_transaction_that_stays_for_ever()
    {
        var world = new PoolWorld(5);
        var (low, high) = (world.Make(1, 0, tip: 1), world.Make(2, 0, tip: 7));
        var (taken, failing) = (world.Make(3, 0, actions: [new RegisterNamespace("mine", new(), 5)]), world.Make(4, 0, actions: [new RegisterNamespace("mine", new(), 5)]));
        foreach (var transaction in new[] { low, high, taken, failing })
            Assert.That(world.Admit(transaction), Is.EqualTo(ResultCode.Ok));
        var replaced = low;
        low = world.Make(1, 0, tip: 3);
        world.Admit(low);

        var block = world.CommitProposal();

        Assert.That(block.Transactions.Select(t => t.Id), Is.EqualTo(new[] { high.Id, low.Id, taken.Id }));
        Assert.That(world.EndingOf(replaced)?.Kind, Is.EqualTo(PoolEndingKind.Replaced));
        Assert.That(world.EndingOf(failing)?.Code, Is.EqualTo(ResultCode.NamespaceTaken), "it failed in the proposal: it is gone, with the reason");
        Assert.That(world.Pool.Count, Is.Zero);
    }

    [Test]
    public void A_change_of_a_namespace_reaches_only_those_who_write_to_it()
    {
        var world = new PoolWorld(4, null, ("alpha", 5), ("beta", 5));
        var (writer, other) = (world.Make(1, 0, actions: [PoolWorld.Data("alpha", 10)]), world.Make(2, 0, actions: [PoolWorld.Data("beta", 10)]));
        world.Admit(writer);
        world.Admit(other);
        var closed = new NamespaceSettings { Writers = [world.Account(3)] };

        world.Commit(world.Make(0, 1, actions: [new UpdateNamespace(NamespaceId.OfName("alpha"), closed, 5, null)]));

        Assert.That(world.EndingOf(writer)?.Code, Is.EqualTo(ResultCode.NotWriter));
        Assert.That(world.Pool.PlaceOf(other.Id), Is.EqualTo(PoolPlace.Runnable));
        Assert.That(world.Faults(), Is.Empty);
    }

    [Test]
    public void A_transaction_that_no_block_can_hold_leaves_with_the_reason()
    {
        var world = new PoolWorld(2, null, ("alpha", 5));
        var large = world.Make(1, 0, actions: [PoolWorld.Data("alpha", 5_000)]);
        world.Admit(large);

        world.CommitProposal(maximumBytes: 3_000);

        Assert.That(world.EndingOf(large)?.Code, Is.EqualTo(ResultCode.TooLarge));

        // Larger blocks may come: that it failed once is not held against it.
        Assert.That(world.Admit(large), Is.EqualTo(ResultCode.Ok));
        world.Commit(1);
        Assert.That(world.Pool.PlaceOf(large.Id), Is.EqualTo(PoolPlace.Runnable));
    }
}
