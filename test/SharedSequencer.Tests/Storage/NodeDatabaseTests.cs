using NUnit.Framework;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Storage;
using SharedSequencer.Storage.Sqlite;

namespace SharedSequencer.Tests.Storage;

internal sealed class NodeDatabaseTests
{
    private TemporaryFolder _folder = null!;

    private string Data => _folder.File("data");

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void The_engine_is_recorded_and_another_one_refused_with_what_to_do()
    {
        NodeDatabase.Open(Data, "cometbft").Dispose();

        Assert.That(() => NodeDatabase.Open(Data, "embedded"), Throws.TypeOf<StorageException>()
            .With.Message.Contains("'cometbft'").And.Message.Contains("'embedded'").And.Message.Contains("--reset"));
        Assert.That(() => NodeDatabase.Open(Data, "cometbft").Dispose(), Throws.Nothing);
    }

    [Test]
    public void A_second_node_on_the_same_folder_is_refused()
    {
        using var first = NodeDatabase.Open(Data, "cometbft");

        Assert.That(() => NodeDatabase.Open(Data, "cometbft"), Throws.TypeOf<StorageException>().With.Message.Contains("another sequencer"));
    }

    [Test]
    public void The_folder_is_its_owners_alone()
    {
        using var database = NodeDatabase.Open(Data, "cometbft");

        Assert.That(
            File.GetUnixFileMode(Data), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
    }

    [Test]
    public void A_file_that_is_no_database_is_said_to_be_damaged()
    {
        Directory.CreateDirectory(Data);
        File.WriteAllBytes(Path.Combine(Data, NodeDatabase.FileName), [.. Enumerable.Range(0, 8192).Select(i => (byte)(i % 256))]);

        Assert.That(() => NodeDatabase.Open(Data, "cometbft"), Throws.TypeOf<StorageException>().With.Message.Contains("damaged"));
    }

    [Test]
    public void Damaged_pages_are_said_to_be_damaged()
    {
        using (var chain = new StoredChain(21))
        {
            chain.Grow(60);
            chain.Database.Dispose();
            Directory.CreateDirectory(Data);
            File.Copy(Path.Combine(chain.Data, NodeDatabase.FileName), Path.Combine(Data, NodeDatabase.FileName));
            chain.Reopen();
        }

        var path = Path.Combine(Data, NodeDatabase.FileName);
        var bytes = File.ReadAllBytes(path);
        bytes.AsSpan(4096 * 3, bytes.Length - (4096 * 3)).Fill(0xab);
        File.WriteAllBytes(path, bytes);

        Assert.That(
            () =>
            {
                using var database = NodeDatabase.Open(Data, "cometbft");
                _ = new SqliteChainStore(database).Load(out _);
            },
            Throws.TypeOf<StorageException>().With.Message.Contains("damaged"));
    }

    [Test]
    public void A_newer_schema_is_refused()
    {
        using (var database = NodeDatabase.Open(Data, "cometbft"))
            database.Write(session => session.Run("CREATE TABLE later (x)"));
        using (var session = Session.Open(Path.Combine(Data, NodeDatabase.FileName), Microsoft.Data.Sqlite.SqliteOpenMode.ReadWrite))
            session.Run($"PRAGMA user_version = {Migration.Latest + 1}");

        Assert.That(() => NodeDatabase.Open(Data, "cometbft"), Throws.TypeOf<StorageException>().With.Message.Contains("newer version"));
    }

    [Test]
    public void A_schema_without_trees_of_slices_is_refused_with_what_to_do()
    {
        NodeDatabase.Open(Data, "cometbft").Dispose();
        using (var session = Session.Open(Path.Combine(Data, NodeDatabase.FileName), Microsoft.Data.Sqlite.SqliteOpenMode.ReadWrite))
            session.Run($"PRAGMA user_version = {Migration.Oldest - 1}");

        Assert.That(() => NodeDatabase.Open(Data, "cometbft"), Throws.TypeOf<StorageException>().With.Message.Contains("--reset"));
    }

    [Test]
    public void Light_blocks_are_kept_for_known_heights_once()
    {
        using var chain = new StoredChain(22);
        chain.Grow(5);
        var light = new LightBlockStore(chain.Database);

        light.Save(2, [1, 2]);
        light.Save(2, [3]);
        light.Save(4, [4]);
        light.Save(99, [9]);

        chain.Store.Reader.Query(snapshot =>
        {
            Assert.That(snapshot.LightBlock(2), Is.EqualTo(new byte[] { 1, 2 }));
            Assert.That(snapshot.LightBlock(3), Is.Null);
            Assert.That(snapshot.LightHeight(), Is.EqualTo(4));
            Assert.That(snapshot.HeightsWithoutLight(1, 100), Is.EqualTo(new long[] { 1, 3, 5 }));
            Assert.That(snapshot.HeightsWithoutLight(2, 1), Is.EqualTo(new long[] { 3 }));
            return 0;
        });
    }

    [Test]
    public void An_anchor_covers_all_heights_up_to_its_own_and_the_deep_one_is_named_first()
    {
        using var chain = new StoredChain(23);
        chain.Grow(1);
        var anchors = new AnchorStore(chain.Database);
        Assert.That(anchors.Save(Anchor(10, "aa", 1)), Is.True);
        Assert.That(anchors.Save(Anchor(20, "bb", 6)), Is.True);
        Assert.That(anchors.Save(Anchor(30, "cc", 2)), Is.True);

        chain.Store.Reader.Query(snapshot =>
        {
            Assert.That(snapshot.AnchorOf(5, 6)!.Txid, Is.EqualTo("bb"));
            Assert.That(snapshot.AnchorOf(5, 1)!.Txid, Is.EqualTo("aa"));
            Assert.That(snapshot.AnchorOf(10, 1)!.Txid, Is.EqualTo("aa"));
            Assert.That(snapshot.AnchorOf(11, 1)!.Txid, Is.EqualTo("bb"));
            Assert.That(snapshot.AnchorOf(21, 6)!.Txid, Is.EqualTo("cc"));
            Assert.That(snapshot.AnchorOf(31, 1), Is.Null);
            Assert.That(snapshot.LatestAnchor()!.Txid, Is.EqualTo("cc"));
            return 0;
        });

        Assert.That(anchors.Remove(20, "bb"), Is.True);
        Assert.That(anchors.Remove(20, "bb"), Is.False);
        Assert.That(chain.Store.Reader.Query(snapshot => snapshot.AnchorOf(5, 6)!.Txid), Is.EqualTo("aa"));
    }

    [Test]
    public void Confirmations_grow_in_the_same_block_and_start_anew_in_another()
    {
        using var chain = new StoredChain(24);
        chain.Grow(1);
        var anchors = new AnchorStore(chain.Database);
        int Confirmations() => chain.Store.Reader.Query(snapshot => snapshot.Anchor(10, "aa")!.Confirmations);

        Assert.That(anchors.Save(Anchor(10, "aa", 3)), Is.True);
        Assert.That(anchors.Save(Anchor(10, "aa", 2)), Is.False);
        Assert.That(Confirmations(), Is.EqualTo(3));
        Assert.That(anchors.Save(Anchor(10, "aa", 4)), Is.True);
        Assert.That(Confirmations(), Is.EqualTo(4));
        Assert.That(anchors.Save(Anchor(10, "aa", 1) with { BitcoinBlockHash = "other" }), Is.True);
        Assert.That(Confirmations(), Is.EqualTo(1));
    }

    private static StoredAnchor Anchor(long height, string txid, int confirmations) => new()
    {
        Height = height,
        Txid = txid,
        BitcoinBlockHash = "block",
        BitcoinHeight = 100,
        Confirmations = confirmations,
        Evidence = [1],
    };
}
