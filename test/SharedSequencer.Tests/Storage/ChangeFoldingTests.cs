using NUnit.Framework;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;
using SharedSequencer.Storage;
using SharedSequencer.Storage.Blocks;
using SharedSequencer.Storage.Sqlite;
using SharedSequencer.Storage.Upkeep;
using SharedSequencer.Tests.Abci;

namespace SharedSequencer.Tests.Storage;

/// <summary>Accounts on their way from the values of their blocks into the table.</summary>
internal sealed class ChangeFoldingTests
{
    private const int Accounts = 2_000;

    [FsCheck.NUnit.Property(MaxTest = 15)]
    public void After_whatever_step_a_fold_breaks_off_every_account_has_its_newest_value(int seed)
    {
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        using var database = NodeDatabase.Open(folder.File("data"), "cometbft");
        var keys = Enumerable.Range(0, Accounts).Select(i => StateKeys.Account(AccountId.From(Hash256.Of(BitConverter.GetBytes(i)).Span))).ToArray();
        SortedDictionary<string, string> expected = new(StringComparer.Ordinal);

        // Few enough blocks wait that the database's own upkeep leaves them. They have more accounts than three steps of a
        // fold write, and what came after them hides few of these.
        var newest = ChangeFolding.KeptHeights + random.Next(20, 30);
        database.Write(session =>
        {
            for (var i = 0; i < Accounts; i += 2)
                StateTable.Write(session, [Next(i)]);
            for (var height = 2; height <= newest; height++)
            {
                var chosen = Enumerable.Range(0, height <= newest - ChangeFolding.KeptHeights ? 150 : 3).Select(_ => random.Next(Accounts)).Distinct();
                var changes = new BlockChanges([.. chosen.Select(Next)], [], []);
                session.Prepare("INSERT INTO changes (height, content) VALUES (?, ?)").Bind(1, height).Bind(2, changes.Encode()).Execute();
            }

            session.Run($"INSERT INTO blocks VALUES ({newest}, x'', 0, 0, x'', x'', NULL, x'')");
        });
        AssertLoaded();

        var steps = random.Next(1, 4);
        Assert.That(database.Folding.Fold(1, _ => --steps == 0), Is.False, "It breaks off before its end.");
        AssertLoaded();
        Assert.That(database.Folding.Fold(1, _ => false), Is.True);
        AssertLoaded();
        Assert.That(database.Read(session => session.Scalar("SELECT min(height) FROM changes")), Is.EqualTo(newest - ChangeFolding.KeptHeights + 1));

        // Now and then an account is taken out.
        StateChange Next(int account)
        {
            var key = keys[account];
            if (random.Next(10) == 0)
            {
                expected.Remove(Convert.ToHexString(key));
                return new StateChange(key, null);
            }

            var value = BitConverter.GetBytes(random.NextInt64());
            expected[Convert.ToHexString(key)] = $"{Convert.ToHexString(key)} {Convert.ToHexString(value)}";
            return new StateChange(key, value);
        }

        void AssertLoaded()
        {
            var loaded = database.Read(StateTable.Load).Select(e => $"{Convert.ToHexString(e.Key.Span)} {Convert.ToHexString(e.Value!.Value.Span)}");
            Assert.That(loaded.Order(StringComparer.Ordinal), Is.EqualTo(expected.Values));
        }
    }

    [Test]
    public async Task The_database_folds_by_itself_and_says_with_the_next_write_what_it_cannot()
    {
        const int Waiting = 40;
        using var folder = new TemporaryFolder();
        using var database = NodeDatabase.Open(folder.File("data"), "cometbft");
        var value = new BlockChanges([new StateChange(StateKeys.Account(AccountId.From(Hash256.Zero.Span)), new byte[] { 1 })], [], []).Encode();
        database.Write(session => Fill(session, 2, value));
        await AbciServerFixture.UntilAsync(() => Count() == ChangeFolding.KeptHeights, "the fold");

        database.Write(session => Fill(session, ChangeFolding.KeptHeights + Waiting + 2, [0xff]));
        StorageException? failure = null;
        await AbciServerFixture.UntilAsync(
            () =>
            {
                try
                {
                    database.Write(_ => { });
                }
                catch (StorageException error)
                {
                    failure = error;
                }

                return failure is not null;
            },
            "the failure");
        Assert.That(failure!.Message, Does.Contain("is damaged in the database"));

        long Count() => database.Read(session => session.Scalar("SELECT count(*) FROM changes"));

        static void Fill(Session session, int from, byte[] value)
        {
            for (var height = from; height < from + ChangeFolding.KeptHeights + Waiting; height++)
                session.Prepare("INSERT INTO changes (height, content) VALUES (?, ?)").Bind(1, height).Bind(2, value).Execute();
            session.Run($"INSERT INTO blocks VALUES ({from + ChangeFolding.KeptHeights + Waiting - 1}, x'', 0, 0, x'', x'', NULL, x'')");
        }
    }
}
