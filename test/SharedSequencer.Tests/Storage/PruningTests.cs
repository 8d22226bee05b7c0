using Google.Protobuf.WellKnownTypes;
using NUnit.Framework;
using SharedSequencer.AbciProto.Abci;
using SharedSequencer.AbciProto.Types;
using SharedSequencer.Application;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.RandomChain;
using SharedSequencer.Storage;
using SharedSequencer.Storage.Pruning;

namespace SharedSequencer.Tests.Storage;

internal sealed class PruningTests
{
    private readonly TemporaryFolder _folder = new();
    private RandomBlocks _blocks = null!;
    private NodeDatabase _database = null!;
    private SqliteChainStore _store = null!;
    private SequencerApplication _node = null!;

    [TearDown]
    public void TearDown() => _database.Dispose();

    [OneTimeTearDown]
    public void OneTimeTearDown() => _folder.Dispose();

    [Test]
    public void Astria_defect_12_old_blocks_are_pruned_with_all_that_belongs_to_them()
    {
        Start(1, new Retention { Blocks = 120 });
        var light = new LightBlockStore(_database);
        for (var height = 1; height <= 300; height++)
        {
            var retain = Run();
            light.Save(height, [1]);
            Assert.That(retain, Is.EqualTo(Math.Max(1, height - 120 + 1)), $"height {height}");
        }

        _store.Reader.Query(chain =>
        {
            Assert.That(chain.EarliestHeight(), Is.EqualTo(181));
            Assert.That(chain.Block(180), Is.Null, "also in the cache");
            Assert.That(chain.Summary(180), Is.Null);
            Assert.That(chain.Block(181), Is.Not.Null);
            Assert.That(chain.LightBlock(180), Is.Null);
            Assert.That(chain.FirstLightBlock(), Is.Not.Null);
            Assert.That(chain.LightBlock(1), Is.Not.Null, "the chain's first header names its checkpoints");
            foreach (var (record, head) in chain.NamespacesAfter(default, 100))
            {
                var first = chain.SlicesFrom(record.Id, 1, 1)[0];
                Assert.That(first.Height, Is.GreaterThan(180));
                Assert.That(chain.IsSlicePruned(record.Id, first.Number), Is.False);
                Assert.That(chain.IsSlicePruned(record.Id, first.Number - 1), Is.EqualTo(first.Number > 1));
            }

            return 0;
        });
        Assert.That(Count("SELECT count(*) FROM transactions WHERE height < 181"), Is.Zero);
        Assert.That(Count("SELECT count(*) FROM transactions"), Is.EqualTo(TransactionsInBlocks()));
        Assert.That(_store.Load(out _)!.AppHash, Is.EqualTo(_blocks.State.AppHash), "the state is whole");
    }

    [Test]
    public void Everything_is_kept_unless_it_is_asked_for()
    {
        Start(2, new Retention());
        for (var i = 0; i < 130; i++)
            Assert.That(Run(), Is.Zero);

        Assert.That(_store.Reader.Query(chain => chain.EarliestHeight()), Is.EqualTo(1));
    }

    [Test]
    public void Nothing_is_pruned_beyond_the_oldest_snapshot()
    {
        long? snapshot = 50;
        Start(3, new Retention { Blocks = 110, OldestSnapshot = () => snapshot });
        for (var i = 0; i < 250; i++)
            Assert.That(Run(), Is.LessThanOrEqualTo(50));
        Assert.That(_store.Reader.Query(chain => chain.EarliestHeight()), Is.EqualTo(50));

        // It catches up in small steps.
        snapshot = 130;
        Assert.That(Run(), Is.EqualTo(50 + BlockPruner.BlocksPerCommit));
        for (var i = 0; i < 40; i++)
            _ = Run();
        Assert.That(Run(), Is.EqualTo(130));
    }

    [Test]
    public void What_evidence_needs_is_kept_by_count_and_by_age()
    {
        // Blocks of the random chain are a second apart, more or less.
        Start(4, new Retention { Blocks = 101 }, evidenceBlocks: 150, evidenceSeconds: 10);
        for (var i = 0; i < 200; i++)
            _ = Run();
        Assert.That(_store.Reader.Query(chain => chain.EarliestHeight()), Is.EqualTo(51));
        _database.Dispose();

        Start(5, new Retention { Blocks = 101 }, evidenceBlocks: 1, evidenceSeconds: 1_000_000);
        for (var i = 0; i < 150; i++)
            _ = Run();
        Assert.That(_store.Reader.Query(chain => chain.EarliestHeight()), Is.EqualTo(1));
        Assert.That(new SqliteChainStore(_database).EvidenceAge, Is.EqualTo(new Application.Ports.EvidenceAge(1, 1_000_000)), "also after a restart");
    }

    [Test]
    public void A_block_is_pruned_only_once_it_is_older_than_evidence_counts()
    {
        const int Seconds = 150;
        Start(7, new Retention { Blocks = 101 }, evidenceBlocks: 1, evidenceSeconds: Seconds);
        List<long> times = [0];
        var youngest = long.MaxValue;
        for (var i = 0; i < 400; i++)
        {
            var retained = Run();
            times.Add(_blocks.State.Time.Seconds);
            if (retained > 1)
                youngest = Math.Min(youngest, times[^1] - times[(int)retained - 1]);
        }

        Assert.That(youngest, Is.EqualTo(Seconds + 1));
    }

    [Test]
    public void A_hundred_blocks_can_be_stepped_back_over_however_few_are_asked_to_be_kept()
    {
        Start(6, new Retention { Blocks = 1 });
        for (var i = 0; i < 220; i++)
            _ = Run();

        for (var i = 0; i < SqliteChainStore.UndoHeights; i++)
            Assert.That(_store.StepBack(), Is.EqualTo(219 - i));
        Assert.That(_store.StepBack, Throws.TypeOf<StorageException>().With.Message.Contains("100"));
        Assert.That(_store.Load(out var tip), Is.Not.Null);
        Assert.That(tip.Height, Is.EqualTo(120));
    }

    private void Start(int seed, Retention retention, long evidenceBlocks = 1, long evidenceSeconds = 0)
    {
        _blocks = new RandomBlocks(new RandomWorld(seed));
        _database = NodeDatabase.Open(_folder.File($"data{seed}"), "cometbft");
        _store = new SqliteChainStore(_database, retention);
        _node = new SequencerApplication(_store, new RecordingObserver(), new ApplicationOptions());
        var genesis = _blocks.InitChain();
        genesis.ConsensusParams = new ConsensusParams
        {
            Evidence = new EvidenceParams { MaxAgeNumBlocks = evidenceBlocks, MaxAgeDuration = new Duration { Seconds = evidenceSeconds } },
        };
        _ = _node.InitChain(genesis);
    }

    private long Run()
    {
        _ = _node.FinalizeBlock(_blocks.Next());
        return _node.Commit(new RequestCommit()).RetainHeight;
    }

    private long TransactionsInBlocks() => _store.Reader.Query(chain =>
    {
        var count = 0L;
        for (var height = chain.EarliestHeight(); height <= chain.Tip()!.Height; height++)
            count += chain.Block(height)!.Transactions.Count;
        return count;
    });

    private long Count(string sql) => _database.Read(session => session.Scalar(sql));
}
