using NUnit.Framework;
using SharedSequencer.Bitcoin;
using SharedSequencer.Bitcoin.Anchoring;
using SharedSequencer.Devnet.Processes;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Bitcoin;

internal sealed class AnchorStoreTests
{
    private const string Address = "bcrt1-the-key";

    private TemporaryFolder _folder;
    private AnchorPosterOptions _options;

    [SetUp]
    public void MakeFolder()
    {
        _folder = new TemporaryFolder();
        _options = new AnchorPosterOptions
        {
            Network = BitcoinNetwork.Regtest,
            ChainTag = AnchoredBlocks.Tag,
            StateFile = _folder.File("anchors.json"),
            RequiredConfirmations = 2,
        };
    }

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void Every_state_of_an_anchor_is_there_again_after_a_restart()
    {
        var (chain, book) = Filled();
        using (var store = AnchorStore.Open(_options.StateFile))
            store.Save(_options, Address, chain, book);

        var (chainAgain, bookAgain) = Empty();
        using var again = AnchorStore.Open(_options.StateFile);
        Assert.That(again.TryLoad(_options, Address, chainAgain, bookAgain, out var problem), Is.True, problem);
        Assert.That(chainAgain.Headers, Is.EqualTo(chain.Headers).AsCollection);
        Assert.That(chainAgain.FirstHeight, Is.EqualTo(chain.FirstHeight));
        Assert.That(bookAgain.Floor, Is.EqualTo(book.Floor));
        Assert.That(bookAgain.Anchors.Select(anchor => anchor.GetType()), Is.EqualTo(new[] { typeof(ConfirmedAnchor), typeof(PostedAnchor), typeof(LostAnchor) }).AsCollection);
        Assert.That(bookAgain.Anchors.Select(anchor => anchor.Transaction.Wtxid), Is.EqualTo(book.Anchors.Select(anchor => anchor.Transaction.Wtxid)).AsCollection);
        Assert.That(bookAgain.Anchors[2].LastLoss, Is.EqualTo("its coin is gone"));
        var report = bookAgain.Report(bookAgain.Anchors[0]);
        var verdict = AnchorVerifier.Verify(
            report.Evidence!, _options.ChainTag, AnchoredBlocks.Height, AnchoredBlocks.BlockHash, new AnchorRules { Network = BitcoinNetwork.Regtest, RequiredConfirmations = 2 });
        Assert.That(verdict.Holds, Is.True, verdict.Reason);
    }

    [TestCase("")]
    [TestCase("null")]
    [TestCase("{}")]
    [TestCase("{\"format\":1")]
    [TestCase("@format 2")]
    [TestCase("@bad header")]
    [TestCase("@unlinked header")]
    [TestCase("@null anchor")]
    [TestCase("@bad anchor")]
    [TestCase("@twice")]
    public void A_file_that_cannot_be_read_is_put_aside_and_leaves_nothing_behind(string content)
    {
        using var store = AnchorStore.Open(_options.StateFile);
        var (chain, book) = Filled();
        store.Save(_options, Address, chain, book);
        File.WriteAllText(_options.StateFile, Spoil(File.ReadAllText(_options.StateFile), content));

        var (chainAgain, bookAgain) = Empty();
        Assert.That(store.TryLoad(_options, Address, chainAgain, bookAgain, out var problem), Is.False);
        Assert.That(problem, Is.Not.Null.And.Not.Empty);
        Assert.That(chainAgain.IsEmpty, Is.True);
        Assert.That(bookAgain.Anchors, Is.Empty);
        Assert.That(File.Exists(_options.StateFile + ".unreadable"), Is.True);
        Assert.That(store.TryLoad(_options, Address, chainAgain, bookAgain, out problem), Is.False);
        Assert.That(problem, Is.Null, "now there is no file");
    }

    [Test]
    public void The_file_of_another_key_chain_or_network_is_refused_and_kept()
    {
        using var store = AnchorStore.Open(_options.StateFile);
        var (chain, book) = Filled();
        store.Save(_options, Address, chain, book);
        foreach (var (options, address) in new[]
        {
            (_options, "another key"),
            (_options with { ChainTag = new ChainTag(1) }, Address),
            (_options with { Network = BitcoinNetwork.Signet }, Address),
        })
        {
            var (chainAgain, bookAgain) = Empty();
            Assert.That(() => store.TryLoad(options, address, chainAgain, bookAgain, out _), Throws.TypeOf<FormatException>().With.Message.Contain("belongs to"));
        }

        Assert.That(File.Exists(_options.StateFile), Is.True);
    }

    [Test]
    public void Two_posters_cannot_use_one_file()
    {
        using (AnchorStore.Open(_options.StateFile))
            Assert.That(() => AnchorStore.Open(_options.StateFile), Throws.TypeOf<IOException>().With.Message.Contain("another relayer"));
        AnchorStore.Open(_options.StateFile).Dispose();
    }

    private static string Spoil(string good, string how) => how switch
    {
        "@format 2" => good.Replace("\"format\": 1", "\"format\": 2", StringComparison.Ordinal),
        "@bad header" => ReplaceFirst(good, "\"headers\": [", "\"headers\": [ \"00\","),
        "@unlinked header" => ReplaceFirst(good, "\"headers\": [", $"\"headers\": [ \"{new string('0', 160)}\","),
        "@null anchor" => ReplaceFirst(good, "\"anchors\": [", "\"anchors\": [ null,"),
        "@bad anchor" => ReplaceFirst(good, "\"transaction\": \"02", "\"transaction\": \"0200"),
        "@twice" => Twice(good),
        _ => how,
    };

    private static string Twice(string good)
    {
        var start = good.IndexOf("\"anchors\": [", StringComparison.Ordinal) + "\"anchors\": [".Length;
        var list = good[start..good.LastIndexOf(']')];
        return good[..start] + list + "," + list + good[good.LastIndexOf(']')..];
    }

    private static string ReplaceFirst(string text, string old, string fresh)
    {
        var index = text.IndexOf(old, StringComparison.Ordinal);
        Assert.That(index, Is.GreaterThan(0));
        return text[..index] + fresh + text[(index + old.Length)..];
    }

    private static (BestChain Chain, AnchorBook Book) Empty()
    {
        var chain = new BestChain(50);
        return (chain, new AnchorBook(chain, requiredConfirmations: 2, watchBlocks: 49));
    }

    private static (BestChain Chain, AnchorBook Book) Filled()
    {
        var evidence = new AnchoredBlocks(transactions: 5, index: 3, confirmations: 2).Evidence;
        var (chain, book) = Empty();
        chain.Restart(AnchoredBlocks.BitcoinHeight);
        foreach (var header in evidence.Headers)
            chain.Append(header);
        var inclusion = new Inclusion(evidence.BlockHeight, evidence.Headers[0].Hash, evidence.Branch, evidence.Coinbase, evidence.CoinbaseSiblings);
        book.RaiseFloor(12);
        book.Add(new PostedAnchor(new Checkpoint(AnchoredBlocks.Tag, AnchoredBlocks.Height, AnchoredBlocks.BlockHash, Hash256.Zero), evidence.Transaction).Include(inclusion));
        book.Add(Posted(100));
        book.Add(Posted(90).Lose("its coin is gone"));
        book.Recount();
        return (chain, book);
    }

    private static PostedAnchor Posted(ulong height)
    {
        var checkpoint = new Checkpoint(AnchoredBlocks.Tag, height, Hash256.Of([(byte)height]), Hash256.Zero);
        return new PostedAnchor(checkpoint, AnchoredBlocks.CheckpointTransaction(checkpoint));
    }
}
