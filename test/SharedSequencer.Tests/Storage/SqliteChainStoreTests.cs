using NUnit.Framework;
using SharedSequencer.Application.Ports;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Primitives;
using SharedSequencer.RandomChain;
using SharedSequencer.StateMachine.Execution;
using SharedSequencer.StateMachine.State;
using SharedSequencer.Storage;
using SharedSequencer.Storage.Reading;

namespace SharedSequencer.Tests.Storage;

internal sealed class SqliteChainStoreTests
{
    [Test]
    public void A_store_that_is_reopened_holds_exactly_what_was_committed([Values(1, 2, 3, 4)] int seed)
    {
        using var chain = new StoredChain(seed);
        var twin = new Replica(chain.Blocks.InitChain());
        var random = new Random(seed);
        for (var round = 0; round < 25; round++)
        {
            var before = chain.Committed.Count;
            chain.Grow(random.Next(1, 6));
            foreach (var block in chain.Committed.Skip(before))
                _ = twin.Run(block);

            chain.Reopen();
            AssertSame(chain, twin);
        }
    }

    [Test]
    public void Nothing_is_loaded_before_the_first_block()
    {
        using var chain = new StoredChain(5);

        Assert.That(chain.Store.Load(out var tip), Is.Null);
        Assert.That(tip.Height, Is.Zero);
        Assert.That(chain.Store.Reader.Query(c => c.Tip()), Is.Null);
        Assert.That(chain.Store.Reader.Query(c => c.EarliestHeight()), Is.Zero);
    }

    [Test]
    public void A_block_that_does_not_follow_the_last_one_is_refused()
    {
        using var chain = new StoredChain(6);
        chain.Grow(3);
        var replica = new Replica(chain.Blocks.InitChain());
        foreach (var block in chain.Committed)
            _ = replica.Run(block);
        for (var i = 0; i < 3; i++)
            _ = replica.Run(chain.Blocks.Next());

        foreach (var block in replica.Store.Blocks.Where(b => b.Execution.Context.Height != 4))
        {
            Assert.That(
                () => chain.Store.Commit(block),
                Throws.InvalidOperationException.With.Message.EqualTo($"Block {block.Execution.Context.Height} cannot be stored: the last one is 3."));
        }

        Assert.That(chain.Store.Reader.Query(c => c.Tip())!.Height, Is.EqualTo(3));
    }

    [Test]
    public void A_commit_that_fails_at_its_last_step_leaves_nothing_behind()
    {
        using var chain = new StoredChain(7);
        chain.Grow(10);
        var before = Everything(chain.Database);
        var next = NonEmpty(chain);
        chain.Database.Write(session => session.Run("ALTER TABLE transactions RENAME TO hidden"));

        _ = chain.Application.FinalizeBlock(next);
        Assert.That(() => chain.Application.Commit(new()), Throws.TypeOf<StorageException>());

        chain.Database.Write(session => session.Run("ALTER TABLE hidden RENAME TO transactions"));
        Assert.That(Everything(chain.Database), Is.EqualTo(before));
        chain.Reopen();
        chain.Commit(next);
        Assert.That(chain.Store.Load(out _)!.AppHash, Is.EqualTo(chain.Blocks.State.AppHash));
    }

    [Test]
    public void A_full_disk_is_said_and_the_chain_goes_on_when_there_is_space_again()
    {
        using var chain = new StoredChain(8);
        chain.Grow(10);
        var before = Everything(chain.Database);
        var pages = 0L;
        chain.Database.Write(session => pages = session.Scalar("PRAGMA page_count"));
        chain.Database.Write(session => session.Run($"PRAGMA max_page_count = {pages}"));

        StorageException? full = null;
        while (full is null)
        {
            var block = NonEmpty(chain);
            _ = chain.Application.FinalizeBlock(block);
            try
            {
                _ = chain.Application.Commit(new());
                chain.Committed.Add(block);
                before = Everything(chain.Database);
            }
            catch (StorageException error)
            {
                full = error;
                Assert.That(Everything(chain.Database), Is.EqualTo(before));
                chain.Reopen();
                chain.Commit(block);
            }
        }

        Assert.That(full.Message, Does.Contain("is full").And.Contains(NodeDatabase.FileName));
        Assert.That(chain.Store.Load(out _)!.AppHash, Is.EqualTo(chain.Blocks.State.AppHash));
    }

    [Test]
    public void A_state_that_was_tampered_with_is_refused_with_both_hashes()
    {
        using var chain = new StoredChain(9);
        chain.Grow(5);
        chain.Database.Write(session => session.Run(
            "UPDATE state SET value = x'0801' WHERE key = (SELECT key FROM state WHERE substr(key, 1, 1) = x'6d' LIMIT 1)"));

        Assert.That(() => chain.Store.Load(out _), Throws.TypeOf<InvalidDataException>()
            .With.Message.Contains(chain.Blocks.State.AppHash.ToString()));
    }

    [Test]
    public void Accounts_of_the_newest_blocks_that_were_tampered_with_are_refused()
    {
        using var chain = new StoredChain(9);
        chain.Grow(20);
        chain.Database.Write(session => session.Run("DELETE FROM changes WHERE height = 20"));
        Assert.That(() => chain.Store.Load(out _), Throws.TypeOf<InvalidDataException>()
            .With.Message.Contains(chain.Blocks.State.AppHash.ToString()));

        chain.Database.Write(session => session.Run("UPDATE changes SET content = substr(content, 1, length(content) - 1) WHERE height = 19"));
        Assert.That(() => chain.Store.Load(out _), Throws.TypeOf<StorageException>().With.Message.Contains("block 19 changed is damaged"));
    }

    [Test]
    public void Stepping_back_gives_each_earlier_state_and_the_same_blocks_lead_forward_again()
    {
        using var chain = new StoredChain(10);
        chain.Grow(40);
        var blocks = chain.Committed.ToList();
        var replica = new Replica(chain.Blocks.InitChain());
        List<Hash256> hashes = [.. blocks.Select(replica.Run)];
        chain.Database.Dispose();

        using (var database = NodeDatabase.Open(chain.Data, "cometbft"))
        {
            var store = new SqliteChainStore(database);
            for (var height = blocks.Count; height > 1; height--)
            {
                Assert.That(store.StepBack(), Is.EqualTo(height - 1));
                var state = store.Load(out var tip)!;
                Assert.That((tip.Height, state.AppHash), Is.EqualTo(((long)height - 1, hashes[height - 2])));
            }

            Assert.That(store.StepBack, Throws.TypeOf<StorageException>().With.Message.Contains("never the first"));
        }

        chain.Reopen();
        foreach (var block in blocks.Skip(1))
            chain.Commit(block);
        AssertSame(chain, replica);
    }

    [Test]
    public void A_block_that_was_stepped_back_over_is_nowhere_any_more_nor_what_belonged_to_it()
    {
        using var chain = new StoredChain(16);
        chain.Grow(9);
        var last = NonEmpty(chain);
        chain.Commit(last);
        var height = last.Height;
        var light = new LightBlockStore(chain.Database);
        var anchors = new AnchorStore(chain.Database);
        for (var at = height - 1; at <= height; at++)
        {
            light.Save(at, [1]);
            anchors.Save(new StoredAnchor { Height = at, Txid = "aa", BitcoinBlockHash = "block", BitcoinHeight = 100, Confirmations = 1, Evidence = [1] });
        }

        var transactions = chain.Store.Reader.Query(c => c.Block(height)!.Transactions.Select(t => t.Id).ToList());
        Assert.That(transactions, Is.Not.Empty);

        Assert.That(chain.Store.StepBack(), Is.EqualTo(height - 1));

        chain.Store.Reader.Query(c =>
        {
            Assert.That(c.Block(height), Is.Null, "also in the cache");
            Assert.That(c.Summary(height), Is.Null);
            Assert.That(c.LightBlock(height), Is.Null, "the block that comes again may have another header");
            Assert.That(c.Anchor(height, "aa"), Is.Null);
            Assert.That(transactions.Select(c.Transaction), Is.All.Null);
            Assert.That(c.Block(height - 1), Is.Not.Null);
            Assert.That(c.LightBlock(height - 1), Is.Not.Null);
            Assert.That(c.Anchor(height - 1, "aa"), Is.Not.Null);
            return 0;
        });

        var twin = new Replica(chain.Blocks.InitChain());
        foreach (var block in chain.Committed.SkipLast(1))
            _ = twin.Run(block);
        _ = twin.Run(new AbciProto.Abci.RequestFinalizeBlock { Height = height, Time = last.Time, Hash = Google.Protobuf.ByteString.CopyFrom(new byte[32]) });
        chain.Store.Commit(twin.Store.Blocks[^1]);
        Assert.That(chain.Store.Reader.Query(c => c.Block(height)!.Transactions), Is.Empty, "another block has its height");
    }

    [Test]
    public void A_restored_store_without_blocks_can_be_restored_again_and_holds_the_later_state_alone()
    {
        using var other = new StoredChain(17);
        other.Grow(60);
        using var chain = new StoredChain(18);
        chain.Grow(30);
        using var folder = new TemporaryFolder();
        using var database = NodeDatabase.Open(folder.File("data"), "cometbft");
        var store = new SqliteChainStore(database);
        foreach (var state in new[] { other.Blocks.State, chain.Blocks.State })
        {
            store.Restore(new RestoredChain(state, EvidenceAge.Default));

            var loaded = store.Load(out var tip)!;
            Assert.That((tip.Height, tip.BlockHash, loaded.AppHash), Is.EqualTo((state.Height, Hash256.Zero, state.AppHash)));
            Assert.That(PeaksOf(loaded), Is.EqualTo(PeaksOf(state)));
        }
    }

    [Test]
    public void Only_the_newest_hundred_heights_can_be_stepped_back_over()
    {
        using var chain = new StoredChain(11);
        chain.Grow(SqliteChainStore.UndoHeights + 20);
        Assert.That(chain.Database.Folding.Fold(1, _ => false), Is.True);

        for (var i = 0; i < SqliteChainStore.UndoHeights; i++)
            Assert.That(() => chain.Store.StepBack(), Throws.Nothing, $"step {i}");
        Assert.That(() => chain.Store.StepBack(), Throws.TypeOf<StorageException>());
    }

    [Test]
    public void A_state_is_the_same_whether_its_accounts_wait_are_partly_folded_or_all_folded([Values(13, 14)] int seed)
    {
        using var chain = new StoredChain(seed);
        chain.Grow(SqliteChainStore.UndoHeights + 60);
        var expected = chain.Blocks.State.AppHash;
        Assert.That(Count(chain, "changes"), Is.EqualTo(SqliteChainStore.UndoHeights + 59), "The first block is in the table at once.");
        Assert.That(chain.Store.Load(out _)!.AppHash, Is.EqualTo(expected));

        Assert.That(chain.Database.Folding.Fold(1, _ => true), Is.False, "It breaks off after its first step, as a process that ends does.");
        Assert.That(Count(chain, "changes"), Is.EqualTo(SqliteChainStore.UndoHeights + 59));
        Assert.That(chain.Store.Load(out _)!.AppHash, Is.EqualTo(expected));

        Assert.That(chain.Database.Folding.Fold(1000, _ => false), Is.False, "Too few wait.");
        Assert.That(chain.Database.Folding.Fold(1, _ => false), Is.True);
        Assert.That(Count(chain, "changes"), Is.EqualTo(SqliteChainStore.UndoHeights));
        Assert.That(chain.Store.Load(out _)!.AppHash, Is.EqualTo(expected));
        Assert.That(chain.Database.Folding.Fold(1, _ => false), Is.False, "What can be stepped back over stays.");

        chain.Reopen();
        chain.Grow(5);
        Assert.That(chain.Store.Load(out _)!.AppHash, Is.EqualTo(chain.Blocks.State.AppHash));
    }

    [Test]
    public void A_commit_folds_when_too_many_blocks_wait()
    {
        using var chain = new StoredChain(15);
        chain.Grow(700);
        Assert.That(Count(chain, "changes"), Is.LessThan(SqliteChainStore.UndoHeights + 550));
        Assert.That(chain.Store.Load(out _)!.AppHash, Is.EqualTo(chain.Blocks.State.AppHash));
    }

    [Test]
    public async Task Readers_see_one_moment_while_blocks_are_committed()
    {
        using var chain = new StoredChain(12);
        chain.Grow(1);
        using var ended = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            var seen = 0;
            while (!ended.IsCancellationRequested)
            {
                chain.Store.Reader.Query(snapshot =>
                {
                    var tip = snapshot.Tip()!;
                    Assert.That(snapshot.Block(tip.Height + 1), Is.Null);
                    foreach (var (record, head) in snapshot.NamespacesAfter(default, 100))
                    {
                        var slices = snapshot.SlicesFrom(record.Id, 1, int.MaxValue);
                        Assert.That((ulong)slices.Count, Is.EqualTo(head.SliceCount));
                        Assert.That(slices.Count == 0 ? 0 : slices[^1].Height, Is.EqualTo(head.LastHeight));
                    }

                    return 0;
                });
                seen++;
            }

            return seen;
        })).ToList();

        chain.Grow(200);
        await ended.CancelAsync();

        foreach (var reader in readers)
            Assert.That(await reader, Is.GreaterThan(5));
    }

    private static long Count(StoredChain chain, string table) => chain.Database.Read(session => session.Scalar($"SELECT count(*) FROM {table}"));

    private static AbciProto.Abci.RequestFinalizeBlock NonEmpty(StoredChain chain)
    {
        while (true)
        {
            var block = chain.Blocks.Next();
            if (block.Txs.Count > 0)
                return block;
            chain.Commit(block);
        }
    }

    private static void AssertSame(StoredChain chain, Replica twin)
    {
        var state = chain.Store.Load(out var tip)!;
        var last = twin.Store.Blocks[^1];
        Assert.That((tip.Height, tip.BlockHash, tip.AppHash), Is.EqualTo((last.Execution.State.Height, last.Hash, last.Execution.State.AppHash)));
        Assert.That(state.AppHash, Is.EqualTo(tip.AppHash));
        Assert.That(state.Time, Is.EqualTo(last.Execution.State.Time));
        Assert.That(PeaksOf(state), Is.EqualTo(PeaksOf(last.Execution.State)));
        chain.Store.Reader.Query(snapshot =>
        {
            foreach (var expected in twin.Store.Blocks)
                AssertSame(snapshot, expected.Execution, expected.Hash);
            return 0;
        });
    }

    private static void AssertSame(ChainSnapshot snapshot, ExecutedBlock expected, Hash256 hash)
    {
        var height = expected.Context.Height;
        var block = snapshot.Block(height)!;
        Assert.That(block.Summary.Hash, Is.EqualTo(hash));
        Assert.That(block.Summary.Time, Is.EqualTo(expected.Context.Time));
        Assert.That(block.Summary.AppHash, Is.EqualTo(expected.State.AppHash));
        Assert.That(block.Preamble, Is.EqualTo(expected.Preamble));
        Assert.That(block.Transactions.Select(t => t.Id), Is.EqualTo(expected.Transactions.Select(t => t.Id)));
        for (var i = 0; i < expected.Transactions.Count; i++)
            Assert.That(snapshot.Transaction(expected.Transactions[i].Id), Is.EqualTo(new TransactionPlace(height, (uint)i + 1)));
        foreach (var slice in expected.Slices)
        {
            var place = new SlicePlace(slice.Namespace, slice.Number, height, (uint)slice.Entries.Count, slice.Root);
            Assert.That(snapshot.SliceAt(slice.Namespace, height), Is.EqualTo(place));
            Assert.That(snapshot.SlicesFrom(slice.Namespace, slice.Number, 1), Is.EqualTo(new[] { place }));
            Assert.That(
                block.Entries.ByNamespace[slice.Namespace].Select(e => Convert.ToHexString(e.LeafData())),
                Is.EqualTo(slice.Entries.Select(e => Convert.ToHexString(e.LeafData()))));
        }
    }

    private static List<string> PeaksOf(ChainState state) =>
        [.. state.SlicePeaks.Select(p => $"{p.Key} {Convert.ToHexString(p.Value.Encode())}")];

    /// <summary>Every row of every table that a commit writes.</summary>
    private static List<string> Everything(NodeDatabase database) => database.Read(session =>
    {
        List<string> rows = [];
        foreach (var (table, columns) in new[]
        {
            ("state", "hex(key) || hex(value)"), ("peaks", "hex(namespace) || hex(peaks)"), ("blocks", "height || hex(hash) || hex(transactions)"),
            ("slices", "hex(namespace) || number || hex(root)"), ("changes", "height || hex(content)"), ("meta", "name || value"),
        })
        {
            var query = session.Prepare($"SELECT {columns} FROM {table} ORDER BY 1");
            while (query.Step())
                rows.Add($"{table} {query.Text(0)}");
        }

        return rows;
    });
}
