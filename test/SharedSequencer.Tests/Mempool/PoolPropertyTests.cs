using NUnit.Framework;
using SharedSequencer.Application;
using SharedSequencer.Application.Mempool;
using SharedSequencer.Application.Ports;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol;
using SharedSequencer.Protocol.Transactions;

namespace SharedSequencer.Tests.Mempool;

/// <summary>Random admissions, replacements, commits and expiries.</summary>
internal sealed class PoolPropertyTests
{
    [FsCheck.NUnit.Property(MaxTest = 60)]
    public void With_room_for_all_the_pool_holds_what_the_naive_pool_holds(int seed)
    {
        const int Accounts = 4;
        var random = new Random(seed);
        var world = new PoolWorld(Accounts, new ApplicationOptions { ParkedSeconds = 100_000 }, ("alpha", 5));
        var naive = new NaivePool();
        List<SignedTransaction> made = [];
        for (var step = 0; step < 80; step++)
        {
            if (random.Next(8) == 0)
            {
                world.CommitProposal(random.Next(1_000, 5_000), random.Next(0, 20));
                naive.Commit(id => world.State.Account(id).Nonce, world.State.Time.Seconds);
            }
            else
            {
                var transaction = random.Next(12) == 0 && made.Count > 0
                    ? made[random.Next(made.Count)]
                    : Next(world, random, Accounts, [PoolWorld.Data("alpha", random.Next(1, 200), random.Next())]);
                made.Add(transaction);
                var expected = naive.Admit(transaction, world.State.Account(transaction.Sender).Nonce, world.State.Time.Seconds);
                Assert.That(world.Admit(transaction), Is.EqualTo(expected), $"step {step}");
            }

            Assert.That(world.Faults(), Is.Empty, $"step {step}");
            foreach (var transaction in made)
            {
                Assert.That(
                    world.Pool.PlaceOf(transaction.Id), Is.EqualTo(naive.PlaceOf(transaction, world.State.Account(transaction.Sender).Nonce)), $"step {step}");
            }
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 80)]
    public void Whatever_is_scarce_everything_adds_up_and_nothing_vanishes_without_a_reason(int seed)
    {
        const int Accounts = 5;
        var random = new Random(seed);
        var world = new PoolWorld(
            Accounts,
            new ApplicationOptions
            {
                PoolCount = random.Next(4, 14), PoolBytes = random.Next(2_000, 6_000), PoolCountPerAccount = random.Next(2, 8), PoolBytesPerAccount = 3_000,
                ParkedCount = random.Next(1, 6), ParkedBytes = 2_000, ParkedCountPerAccount = random.Next(1, 4), ParkedBytesPerAccount = 1_000, ParkedSeconds = 30,
            },
            ("alpha", 5), ("beta", 1), ("gamma", 3));
        Dictionary<Hash256, SignedTransaction> admitted = [];
        HashSet<Hash256> final = [];
        for (var step = 0; step < 100; step++)
        {
            if (random.Next(7) == 0)
            {
                var couldRun = admitted.Values.Where(t => world.Pool.PlaceOf(t.Id) == PoolPlace.Runnable).ToList();
                var all = random.Next(2) == 0;
                var block = world.CommitProposal(all ? 1_000_000 : random.Next(500, 3_000), random.Next(0, 10));
                final.UnionWith(block.Transactions.Select(t => t.Id));
                foreach (var transaction in couldRun.Where(t => all && !final.Contains(t.Id)))
                {
                    Assert.That(
                        world.EndingOf(transaction) is not null || world.Pool.PlaceOf(transaction.Id) == PoolPlace.Waiting,
                        $"step {step}: {transaction.Id} was said to run, did not, and nothing was reported");
                }
            }
            else
            {
                var transaction = Next(world, random, Accounts, Actions(world, random));
                if (world.Admit(transaction) is ResultCode.Ok or ResultCode.NonceGap)
                    admitted[transaction.Id] = transaction;
            }

            Assert.That(world.Faults(), Is.Empty, $"step {step}");
            foreach (var id in admitted.Keys)
            {
                var places = (world.Pool.PlaceOf(id) != PoolPlace.None ? 1 : 0) + (final.Contains(id) ? 1 : 0) + (world.Observer.Endings.ContainsKey(id) ? 1 : 0);
                Assert.That(places, Is.EqualTo(1), $"step {step}: {id} is in the pool, in a block or ended: exactly one of them");
            }
        }

        // Nothing stays for ever: time alone empties the pool.
        world.Commit(4_000);
        Assert.That(world.Pool.Count, Is.Zero);
    }

    [FsCheck.NUnit.Property(MaxTest = 40)]
    public void What_a_proposer_chooses_from_stays_as_it_was_whatever_the_pool_does_meanwhile(int seed)
    {
        const int Accounts = 4;
        var random = new Random(seed);
        var world = new PoolWorld(Accounts, new ApplicationOptions { PoolCount = 12, ParkedCount = 4 }, ("alpha", 5));
        List<(PoolSnapshot Snapshot, List<Hash256> Held)> taken = [];
        for (var step = 0; step < 120; step++)
        {
            if (random.Next(12) == 0)
                world.CommitProposal(random.Next(500, 3_000));
            else
                world.Admit(Next(world, random, Accounts, [new Transfer(world.Account(0), (ulong)random.Next(1, 1_000))]));
            if (random.Next(3) == 0)
            {
                var snapshot = world.Pool.Snapshot();
                taken.Add((snapshot, IdsOf(snapshot)));
            }

            foreach (var (snapshot, held) in taken)
                Assert.That(IdsOf(snapshot), Is.EqualTo(held), $"step {step}");
        }

        static List<Hash256> IdsOf(PoolSnapshot snapshot) => [.. snapshot.Queues.SelectMany(queue => queue.Span.ToArray()).Select(entry => entry.Id)];
    }

    private static SignedTransaction Next(PoolWorld world, Random random, int accounts, TransactionAction[] actions)
    {
        var account = random.Next(accounts);
        var nonce = world.NonceOf(account) + (ulong)random.Next(5);
        return world.Make(account, random.Next(15) == 0 && nonce > 0 ? nonce - 1 : nonce, (ulong)random.Next(30), 1_000, random.Next(1, 80), actions);
    }

    private static TransactionAction[] Actions(PoolWorld world, Random random)
    {
        string[] names = ["alpha", "beta", "gamma", "new-one"];
        return [.. Enumerable.Range(0, random.Next(1, 4)).Select(Action)];

        TransactionAction Action(int _) => random.Next(10) switch
        {
            < 5 => PoolWorld.Data(names[random.Next(3)], random.Next(1, 300), random.Next()),
            5 or 6 => new Transfer(world.Account(random.Next(5)), (ulong)random.NextInt64(1, 600_000_000_000)),
            7 => new RegisterNamespace(names[3], new NamespaceSettings(), 7),
            8 => new UpdateNamespace(NamespaceId.OfName(names[random.Next(3)]), Settings(), (ulong)random.Next(1, 9), null),
            _ => new Transfer(world.Account(0), 1),
        };

        NamespaceSettings Settings() => new()
        {
            Writers = random.Next(2) == 0 ? [.. new[] { world.Account(0), world.Account(random.Next(1, 5)) }.Order()] : null,
            MaxBytesPerBlock = (ulong)random.Next(0, 2) * 20_000,
            SurchargePerByte = (ulong)random.Next(0, 400),
        };
    }
}
