using NUnit.Framework;
using SharedSequencer.Client.Light;
using SharedSequencer.CometBft.Json;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Light;

/// <summary>Where a light client begins, how it gets about, and what it keeps.</summary>
internal sealed class LightClientTests
{
    // One of five validators changes every other height, so that far heights share nobody.
    private static readonly SignedChain s_moving = SignedChain.Make(60, h => [.. Enumerable.Range((int)(h / 2), 5).Select(key => (key, 10L + (key % 3)))]);
    private static readonly SignedChain s_steady = SignedChain.Steady(50, 10, 10, 10, 10);

    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("light-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task From_genesis_the_first_header_must_be_its_own_and_signed_by_its_validators()
    {
        var genesis = GenesisOf(s_steady);
        using var client = await OpenAsync(s_steady, TrustRoot.FromGenesis(genesis));
        Assert.That((await client.UpdateAsync()).Height, Is.EqualTo(50));
        Assert.That(client.ChainId, Is.EqualTo(SignedChain.DefaultChainId));

        var members = genesis.Validators;
        await RefusedAsync(LightStep.Root, "names validator set", genesis with { Validators = members.RemoveAt(0) });
        await RefusedAsync(LightStep.Root, "names validator set", genesis with { Validators = members.SetItem(0, members[0] with { Power = 11 }) });
        await RefusedAsync(LightStep.Root, "genesis, of", genesis with { GenesisTime = new CometTime(1, 0) });
        await RefusedAsync(LightStep.Consistency, "of chain 'light-1', not 'other'", genesis with { ChainId = "other" });
        await RefusedAsync(LightStep.Root, "names no validators", genesis with { Validators = [] });
        await RefusedAsync(LightStep.Root, "names a block before it", genesis with { InitialHeight = 3, GenesisTime = s_steady[3].Header.Time });

        Task RefusedAsync(LightStep step, string words, GenesisDocument document) =>
            LightClientTests.RefusedAsync(step, words, () => OpenAsync(s_steady, TrustRoot.FromGenesis(document)));
    }

    [Test]
    public async Task From_a_height_and_a_hash_the_block_must_have_it_and_be_signed()
    {
        using var client = await OpenAsync(s_steady, RootAt(s_steady, 7));
        Assert.That((await client.VerifyAsync(50)).Header, Is.EqualTo(s_steady[50].Header));

        await RefusedAsync(LightStep.Root, "has the hash", () => OpenAsync(s_steady, TrustRoot.FromBlock(7, Hash256.Of("x"u8))));
        var unsigned = new MemoryBlocks("primary", [s_steady.Voted(7, i => i < 2 ? BlockIdFlag.Commit : BlockIdFlag.Absent)]);
        await RefusedAsync(LightStep.Commit, "more than 2/3", () => OpenAsync(s_steady, RootAt(s_steady, 7), unsigned));
        await RefusedAsync(LightStep.Root, "Nothing is trusted yet", () => OpenAsync(s_steady, null));
    }

    [TestCase("7:" + "00")]
    [TestCase("0:0000000000000000000000000000000000000000000000000000000000000000")]
    [TestCase("-1:0000000000000000000000000000000000000000000000000000000000000000")]
    [TestCase("0000000000000000000000000000000000000000000000000000000000000000")]
    [TestCase("")]
    [TestCase(":")]
    [TestCase("7:0000000000000000000000000000000000000000000000000000000000000000:")]
    [TestCase("99999999999999999999:0000000000000000000000000000000000000000000000000000000000000000")]
    public void Text_that_is_no_height_and_hash_is_refused(string text) =>
        Assert.That(() => TrustRoot.Parse(text), Throws.InstanceOf<FormatException>().With.Message.Contains("HEIGHT:HASH"));

    [Test]
    public async Task Skipping_asks_for_one_header_while_the_set_stays_and_for_few_while_it_changes()
    {
        var steady = new MemoryBlocks("steady", s_steady.Blocks);
        using var first = await OpenAsync(s_steady, RootAt(s_steady, 1), steady);
        await first.VerifyAsync(50);
        Assert.That(steady.Asked, Is.EqualTo((long[])[1, 50]));

        var moving = new MemoryBlocks("moving", s_moving.Blocks);
        using var second = await OpenAsync(s_moving, RootAt(s_moving, 1), moving);
        await second.VerifyAsync(60);
        Assert.That(moving.Asked.Count, Is.InRange(10, 45), "sets share more than a third over some heights");
        Assert.That(moving.Asked.Distinct().Count(), Is.EqualTo(moving.Asked.Count), "nothing is fetched twice");

        var every = new MemoryBlocks("every", s_moving.Blocks);
        using var third = await OpenAsync(s_moving, RootAt(s_moving, 1), every, options: new LightClientOptions { Mode = LightMode.Sequential });
        await third.VerifyAsync(60);
        Assert.That(every.Asked, Has.Count.EqualTo(60));
    }

    [Test]
    public async Task Every_height_is_reached_in_any_order_while_the_sets_change()
    {
        var random = new Random(5);
        foreach (var mode in Enum.GetValues<LightMode>())
        {
            using var client = await OpenAsync(s_moving, RootAt(s_moving, 31), options: new LightClientOptions { Mode = mode });
            foreach (var height in Enumerable.Range(1, 60).OrderBy(_ => random.Next()))
                Assert.That((await client.AtAsync(height, CancellationToken.None)).Hash(), Is.EqualTo(s_moving[height].Header.Hash()));
            Assert.That(client.Newest.Height, Is.EqualTo(60));
        }
    }

    [Test]
    public async Task A_lie_on_the_way_is_found_in_both_modes()
    {
        // A middle height whose commit lacks power: the end cannot be reached over it.
        var sets = SignedChain.Make(9, h => h < 5 ? [(0, 10), (1, 10), (2, 10)] : [(10, 10), (11, 10), (12, 10)]);
        foreach (var mode in Enum.GetValues<LightMode>())
        {
            var lying = new MemoryBlocks("lying", sets.Blocks);
            lying.Put(sets.Voted(5, i => i < 2 ? BlockIdFlag.Commit : BlockIdFlag.Absent));
            using var client = await OpenAsync(sets, RootAt(sets, 1), lying, options: new LightClientOptions { Mode = mode });
            await RefusedAsync(LightStep.Commit, "lying says is refused", () => client.VerifyAsync(9));
        }
    }

    [Test]
    public async Task Going_back_follows_hashes_at_any_age_and_only_so_far()
    {
        var old = new LightClientOptions { TrustPeriod = TimeSpan.FromSeconds(100), MaximumStepsBack = 30 };
        using var client = await OpenAsync(s_steady, RootAt(s_steady, 45), options: old);
        Assert.That((await client.VerifyAsync(15)).Header, Is.EqualTo(s_steady[15].Header));
        await RefusedAsync(LightStep.Link, "at most 30", () => OpenAsync(s_steady, RootAt(s_steady, 45), options: old).Result.VerifyAsync(14));

        // Height 15 is trusted and too old to lead on: 20 is reached from 45, back.
        Assert.That((await client.VerifyAsync(20)).Header, Is.EqualTo(s_steady[20].Header));

        var forged = new MemoryBlocks("forged", s_steady.Blocks);
        forged.Put(s_steady.Fork(30)[40]);
        using var other = await OpenAsync(s_steady, RootAt(s_steady, 45), forged);
        await RefusedAsync(LightStep.Link, "the trusted header after it names", () => other.VerifyAsync(39));
    }

    [Test]
    public async Task A_trust_that_has_expired_says_what_to_do()
    {
        var clock = new MovableClock(s_steady.Now());
        using var client = await OpenAsync(s_steady, RootAt(s_steady, 1), clock: clock);
        await client.VerifyAsync(10);
        clock.Now = s_steady.Now().AddHours(36);
        await RefusedAsync(LightStep.TrustPeriod, "Begin anew", () => client.VerifyAsync(50));
        Assert.That((await client.VerifyAsync(10)).Height, Is.EqualTo(10), "what was trusted stays known");
    }

    [Test]
    public async Task The_next_height_is_waited_for_and_one_further_on_is_refused()
    {
        var chain = SignedChain.Steady(5, 1, 1, 1, 1);
        var primary = new MemoryBlocks("primary", chain.Blocks.Take(3));
        using var client = await OpenAsync(chain, RootAt(chain, 1), primary, options: new LightClientOptions { PollInterval = TimeSpan.FromMilliseconds(5) });

        var waiting = client.AtAsync(4, CancellationToken.None);
        Assert.That(waiting.IsCompleted, Is.False);
        await RefusedAsync(LightStep.Source, "does not have 5 yet", () => client.AtAsync(5, CancellationToken.None));
        primary.Put(chain[4]);
        Assert.That((await waiting.WaitAsync(TimeSpan.FromSeconds(60))).Hash(), Is.EqualTo(chain[4].Header.Hash()));

        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        Assert.That(async () => await client.AtAsync(5, cancel.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task What_a_node_has_pruned_or_sends_for_another_height_is_said()
    {
        var primary = new MemoryBlocks("primary", s_steady.Blocks) { Earliest = 20 };
        await RefusedAsync(LightStep.Source, "pruned", () => OpenAsync(s_steady, RootAt(s_steady, 3), primary));

        var confused = new ConfusedBlocks(s_steady);
        await RefusedAsync(LightStep.Source, "sent the light block of height 4 for height 3", () => OpenAsync(s_steady, RootAt(s_steady, 3), confused));
    }

    [Test]
    public async Task Trust_is_kept_on_disk_bounded_and_goes_on_without_being_given_again()
    {
        var file = TrustedFile.OfChain(_folder, SignedChain.DefaultChainId);
        var options = new LightClientOptions { MaximumStored = 5 };
        using (var client = await OpenAsync(s_steady, RootAt(s_steady, 2), file: file, options: options))
        {
            for (var height = 10; height <= 40; height++)
                await client.VerifyAsync(height);
            client.Save();
        }

        Assert.That(file.Read().Select(b => b.Height), Is.EqualTo((long[])[2, 37, 38, 39, 40]), "the first one and the newest");
        if (!OperatingSystem.IsWindows())
            Assert.That(File.GetUnixFileMode(file.Path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(Directory.EnumerateFileSystemEntries(_folder).Count(), Is.EqualTo(1), "no drafts are left");

        var primary = new MemoryBlocks("primary", s_steady.Blocks);
        using var again = await OpenAsync(s_steady, null, primary, file: file, options: options);
        Assert.That((again.Newest.Height, primary.Asked.Count), Is.EqualTo((40, 0)));
        Assert.That((await again.UpdateAsync()).Height, Is.EqualTo(50));
        Assert.That(primary.Asked, Is.EqualTo((long[])[0]));
    }

    [Test]
    public async Task A_root_that_is_stored_is_gone_on_from_another_one_takes_its_place_and_one_that_contradicts_is_refused()
    {
        var file = TrustedFile.OfChain(_folder, SignedChain.DefaultChainId);
        using (var client = await OpenAsync(s_steady, RootAt(s_steady, 2), file: file))
        {
            await client.VerifyAsync(40);
            client.Save();
        }

        using (var same = await OpenAsync(s_steady, RootAt(s_steady, 2), file: file))
            Assert.That(same.Newest.Height, Is.EqualTo(40));
        await RefusedAsync(LightStep.Root, "contradicts", () => OpenAsync(s_steady, TrustRoot.FromBlock(40, Hash256.Of("x"u8)), file: file));
        List<string> notes = [];
        using (var other = await OpenAsync(s_steady, RootAt(s_steady, 30), file: file, notes: notes))
            Assert.That(other.Newest.Height, Is.EqualTo(30));
        Assert.That(notes.Single(), Does.Contain("gives way to height 30"));
        Assert.That(file.Read().Select(b => b.Height), Is.EqualTo((long[])[30]));
    }

    [Test]
    public async Task A_damaged_file_is_refused_whatever_byte_it_is()
    {
        var file = TrustedFile.OfChain(_folder, SignedChain.DefaultChainId);
        using (await OpenAsync(s_steady, RootAt(s_steady, 2), file: file))
        {
        }

        var good = await File.ReadAllBytesAsync(file.Path);
        var blocks = file.Read();
        for (var length = 0; length < good.Length; length += 1 + (good.Length / 50))
        {
            await File.WriteAllBytesAsync(file.Path, good[..length]);
            await RefusedAsync(LightStep.Store, "is damaged", () => OpenAsync(s_steady, null, file: file));
        }

        var (refused, tried) = (0, 0);
        for (var i = 0; i < good.Length; i += 3)
        {
            tried++;
            var bad = good.ToArray();
            bad[i] ^= (byte)(1 << (i % 7));
            await File.WriteAllBytesAsync(file.Path, bad);
            try
            {
                Assert.That(file.Read(), Is.EqualTo(blocks), $"byte {i}: read as if nothing had changed");
            }
            catch (LightClientException e)
            {
                Assert.That(e.Step, Is.EqualTo(LightStep.Store), e.Message);
                refused++;
            }
        }

        Assert.That(refused, Is.GreaterThan(tried - 5), "but for a bit of base64 that means nothing");
        await File.WriteAllTextAsync(file.Path, """{"format":2,"blocks":["AA=="],"digest":""}""");
        await RefusedAsync(LightStep.Store, "its format is 2", () => OpenAsync(s_steady, null, file: file));
    }

    [Test]
    public void A_chain_id_that_is_no_file_name_gets_one()
    {
        foreach (var id in new[] { "../../etc/passwd", ".", "..", "a/b", "", "ä", "light-1" })
        {
            var path = TrustedFile.OfChain(_folder, id).Path;
            Assert.That(Path.GetDirectoryName(path), Is.EqualTo(_folder));
            Assert.That(Path.GetFileName(path), id == "light-1" ? Is.EqualTo("light-1.json") : Does.Match("^[0-9a-f]{64}\\.json$"));
        }
    }

    [Test]
    public void Rules_that_prove_nothing_are_refused()
    {
        foreach (var options in new LightClientOptions[]
        {
            new() { TrustLevel = new(1, 4) }, new() { TrustLevel = new(4, 3) }, new() { TrustLevel = new(1, 0) },
            new() { TrustPeriod = TimeSpan.Zero }, new() { MaximumClockDrift = TimeSpan.FromSeconds(-1) }, new() { MaximumStored = 1 },
        })
        {
            Assert.That(() => OpenAsync(s_steady, RootAt(s_steady, 1), options: options), Throws.InstanceOf<ArgumentException>());
        }
    }

    [Test]
    public async Task Astria_defect_5_the_commit_and_set_of_one_node_are_not_believed_without_a_trusted_header()
    {
        // A node with a whole chain of its own, each header signed by its own validators.
        var own = SignedChain.Make(50, h => h == 1 ? [(0, 10), (1, 10), (2, 10), (3, 10)] : [(30, 10), (31, 10)]);
        foreach (var mode in Enum.GetValues<LightMode>())
        {
            var liar = new MemoryBlocks("liar", own.Blocks);
            liar.Put(s_steady[1]);
            using var client = await OpenAsync(s_steady, RootAt(s_steady, 1), liar, options: new LightClientOptions { Mode = mode });
            await RefusedAsync(LightStep.NextValidators, "names validator set", () => client.VerifyAsync(2));
            await RefusedAsync(LightStep.NextValidators, "names validator set", () => client.VerifyAsync(50));
            Assert.That(client.Newest.Height, Is.EqualTo(1));
        }
    }

    internal static GenesisDocument GenesisOf(SignedChain chain) => new(
        chain[1].Header.Time,
        chain[1].Header.ChainId,
        1,
        new ConsensusParams(1, -1, 1, 1, 1, ["ed25519"], 1, 0),
        // In another order than the set's.
        [.. chain[1].Validators.Validators.Reverse().Select(v => new GenesisValidator(v.PublicKey, v.VotingPower, ""))],
        HexBytes.Empty,
        null);

    private static TrustRoot RootAt(SignedChain chain, long height) => TrustRoot.FromBlock(height, chain[height].Header.Hash());

    private static Task<LightClient> OpenAsync(
        SignedChain chain,
        TrustRoot? root,
        ILightBlockSource? primary = null,
        TrustedFile? file = null,
        LightClientOptions? options = null,
        TimeProvider? clock = null,
        List<string>? notes = null) => LightClient.OpenAsync(new LightClientSetup
        {
            Primary = primary ?? new MemoryBlocks("primary", chain.Blocks),
            Root = root,
            File = file,
            Options = options ?? new LightClientOptions(),
            Clock = clock ?? new MovableClock(chain.Now()),
            Note = note => notes?.Add(note),
        });

    private static async Task RefusedAsync<T>(LightStep step, string words, Func<Task<T>> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is LightClientException or AggregateException)
        {
            var refused = e as LightClientException ?? (LightClientException)e.InnerException!;
            Assert.That(refused.Step, Is.EqualTo(step), refused.Message);
            Assert.That(refused.Message, Does.Contain(words));
            return;
        }

        Assert.Fail($"'{words}' was expected, and nothing was refused.");
    }

    /// <summary>Answers with the height above the one that was asked for.</summary>
    private sealed class ConfusedBlocks(SignedChain chain) : ILightBlockSource
    {
        public string Name => "confused";

        public Task<LightBlock> GetAsync(long? height, CancellationToken cancellation) => Task.FromResult(chain[(height ?? 1) + 1]);
    }
}
