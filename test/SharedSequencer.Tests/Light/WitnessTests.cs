using NUnit.Framework;
using SharedSequencer.Client.Light;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Light;

/// <summary>Several nodes: who agrees, who lies, who is silent, and what is evidence of an attack.</summary>
internal sealed class WitnessTests
{
    // Half of the set changes at heights 20 and 40, so that 1 to 50 takes some steps.
    private static readonly SignedChain s_chain = SignedChain.Make(
        50, h => h < 20 ? [(0, 10), (1, 10), (2, 10), (3, 10)] : h < 40 ? [(2, 10), (3, 10), (4, 10), (5, 10)] : [(4, 10), (5, 10), (6, 10), (7, 10)]);

    private readonly List<string> _notes = [];

    [SetUp]
    public void ForgetNotes() => _notes.Clear();

    [TestCase(LightMode.Skipping, 45)]
    [TestCase(LightMode.Skipping, 49)]
    [TestCase(LightMode.Skipping, 10)]
    [TestCase(LightMode.Sequential, 25)]
    public async Task A_fork_that_is_signed_is_reported_with_both_blocks_and_where_they_diverge(LightMode mode, long from)
    {
        var fork = s_chain.Fork(from);
        using var client = await OpenAsync(new MemoryBlocks("p", s_chain.Blocks), [new MemoryBlocks("honest", s_chain.Blocks), new MemoryBlocks("w", fork.Blocks)], mode);

        var attack = Assert.ThrowsAsync<LightAttackException>(() => client.VerifyAsync(50))!.Attack;

        Assert.That((attack.Primary, attack.Witness), Is.EqualTo(("p", "w")));
        Assert.That(attack.Common.Height, Is.LessThanOrEqualTo(from));
        Assert.That(attack.FromPrimary.Height, Is.GreaterThan(from).And.EqualTo(attack.FromWitness.Height));
        Assert.That(attack.FromPrimary, Is.EqualTo(s_chain[attack.FromPrimary.Height]));
        Assert.That(attack.FromWitness, Is.EqualTo(fork[attack.FromWitness.Height]));
        if (mode == LightMode.Sequential)
            Assert.That((attack.Common.Height, attack.FromPrimary.Height), Is.EqualTo((from, from + 1)));
        Assert.That(attack.SignedBoth, Is.EqualTo(s_chain.SetAt(attack.FromPrimary.Height).Validators.Select(v => v.Address)));
        Assert.That(attack.ToString(), Does.Contain("p has block").And.Contain("w has block").And.Contain($"above height {attack.Common.Height}"));
        Assert.That(client.Newest.Height, Is.EqualTo(1), "nothing of it is trusted");
    }

    [Test]
    public async Task A_lying_primary_is_found_by_an_honest_witness()
    {
        using var client = await OpenAsync(new MemoryBlocks("p", s_chain.Fork(30).Blocks), [new MemoryBlocks("w", s_chain.Blocks)]);

        var attack = Assert.ThrowsAsync<LightAttackException>(() => client.VerifyAsync(50))!.Attack;

        Assert.That(attack.FromWitness, Is.EqualTo(s_chain[attack.FromWitness.Height]));
    }

    [Test]
    public async Task A_witness_that_contradicts_without_signatures_is_not_believed_any_more()
    {
        var liar = new MemoryBlocks("liar", s_chain.Blocks);
        liar.Put(s_chain.Fork(49).Voted(50, i => i < 2 ? BlockIdFlag.Commit : BlockIdFlag.Absent));
        var honest = new MemoryBlocks("honest", s_chain.Blocks);
        using var client = await OpenAsync(new MemoryBlocks("p", s_chain.Blocks), [liar, honest]);

        Assert.That((await client.VerifyAsync(50)).Header, Is.EqualTo(s_chain[50].Header));

        Assert.That(_notes.Single(), Does.Contain("liar is not asked any more").And.Contain("another header of height 50 and cannot prove it"));
        var before = liar.Asked.Count;
        await client.VerifyAsync(44);
        Assert.That(liar.Asked, Has.Count.EqualTo(before));
    }

    [Test]
    public async Task A_witness_of_another_chain_is_not_believed_any_more()
    {
        var other = SignedChain.Steady(50, 1, 2, 3);
        using var client = await OpenAsync(new MemoryBlocks("p", s_chain.Blocks), [new MemoryBlocks("honest", s_chain.Blocks)]);
        using var confused = await LightClient.OpenAsync(Setup(new MemoryBlocks("p", s_chain.Blocks), [new MemoryBlocks("other", other.Blocks), new MemoryBlocks("honest", s_chain.Blocks)]));

        Assert.That(_notes.Single(), Does.Contain("other is not asked any more").And.Contain("does not have the trusted header 1"));
    }

    [Test]
    public async Task A_silent_witness_is_dropped_with_a_note_and_asked_again_later()
    {
        var silent = new MemoryBlocks("silent", s_chain.Blocks);
        var honest = new MemoryBlocks("honest", s_chain.Blocks);
        using var client = await OpenAsync(
            new MemoryBlocks("p", s_chain.Blocks), [silent, honest], options: new LightClientOptions { WitnessRest = TimeSpan.FromMilliseconds(1) });
        silent.IsSilent = true;

        await client.VerifyAsync(20);

        Assert.That(_notes.Single(), Does.Contain("silent is not asked for a while: silent is silent."));
        silent.IsSilent = false;
        honest.IsSilent = true;
        await Task.Delay(5);
        Assert.That((await client.VerifyAsync(30)).Height, Is.EqualTo(30), "the first one is back");
    }

    [Test]
    public async Task When_no_witness_confirms_nothing_is_trusted()
    {
        var witness = new MemoryBlocks("w", s_chain.Blocks);
        using var client = await OpenAsync(new MemoryBlocks("p", s_chain.Blocks), [witness]);
        witness.IsSilent = true;

        var refused = Assert.ThrowsAsync<LightClientException>(() => client.VerifyAsync(20))!;

        Assert.That((refused.Step, refused.Message), Is.EqualTo((LightStep.Witnesses, refused.Message)));
        Assert.That(refused.Message, Does.Contain("No other node confirms header 20 of p"));
        Assert.That(client.Newest.Height, Is.EqualTo(1));
    }

    [Test]
    public async Task A_witness_that_is_behind_is_waited_for()
    {
        var witness = new MemoryBlocks("w", s_chain.Blocks.Take(19));
        using var client = await OpenAsync(new MemoryBlocks("p", s_chain.Blocks), [witness], options: new LightClientOptions
        {
            PollInterval = TimeSpan.FromMilliseconds(5),
            WitnessPatience = TimeSpan.FromSeconds(60),
        });

        var verifying = client.VerifyAsync(20);
        Assert.That(verifying.IsCompleted, Is.False);
        witness.Put(s_chain[20]);

        Assert.That((await verifying.WaitAsync(TimeSpan.FromSeconds(60))).Height, Is.EqualTo(20));
        Assert.That(_notes, Is.Empty);
    }

    [Test]
    public async Task A_witness_that_stays_behind_is_dropped_and_one_whose_time_has_passed_is_another_chain()
    {
        var options = new LightClientOptions { PollInterval = TimeSpan.FromMilliseconds(5), WitnessPatience = TimeSpan.FromMilliseconds(50) };
        using var client = await OpenAsync(
            new MemoryBlocks("p", s_chain.Blocks), [new MemoryBlocks("slow", s_chain.Blocks.Take(19)), new MemoryBlocks("honest", s_chain.Blocks)], options: options);
        await client.VerifyAsync(20);
        Assert.That(_notes.Single(), Does.Contain("slow is not asked for a while"));

        // Signed by the same validators: height 11, later than the primary's height 20.
        var late = s_chain.With(11, header => header with { Time = s_chain[30].Header.Time });
        using var other = await OpenAsync(
            new MemoryBlocks("p", s_chain.Blocks), [new MemoryBlocks("late", [.. s_chain.Blocks.Take(10), late])], options: options);
        var attack = Assert.ThrowsAsync<LightAttackException>(() => other.VerifyAsync(20))!.Attack;
        Assert.That((attack.FromPrimary.Height, attack.FromWitness.Height), Is.EqualTo((20, 11)));
    }

    [Test]
    public async Task A_witness_takes_over_when_the_primary_does_not_answer()
    {
        var primary = new MemoryBlocks("p", s_chain.Blocks);
        using var client = await OpenAsync(primary, [new MemoryBlocks("second", s_chain.Blocks), new MemoryBlocks("third", s_chain.Blocks)]);
        primary.IsSilent = true;

        Assert.That((await client.VerifyAsync(50)).Header, Is.EqualTo(s_chain[50].Header));

        Assert.That(_notes, Has.Count.EqualTo(2));
        Assert.That(_notes[1], Is.EqualTo("second is asked first from now on."));
    }

    [Test]
    public async Task A_primary_alone_that_does_not_answer_is_said()
    {
        var primary = new MemoryBlocks("p", s_chain.Blocks);
        using var client = await OpenAsync(primary, []);
        primary.IsSilent = true;

        var failed = Assert.ThrowsAsync<LightSourceException>(() => client.VerifyAsync(50))!;

        Assert.That((failed.Failure, failed.Message), Is.EqualTo((LightSourceFailure.Unavailable, "p is silent.")));
    }

    [Test]
    public void A_false_root_that_the_primary_alone_has_is_found_by_a_witness_that_has_another()
    {
        var fork = s_chain.Fork(3);
        var setup = Setup(new MemoryBlocks("p", fork.Blocks), [new MemoryBlocks("w", s_chain.Blocks)]) with { Root = TrustRoot.FromBlock(9, fork[9].Header.Hash()) };

        var refused = Assert.ThrowsAsync<LightClientException>(() => LightClient.OpenAsync(setup))!;

        Assert.That(refused.Step, Is.EqualTo(LightStep.Witnesses));
        Assert.That(_notes.Single(), Does.Contain("does not have the trusted header 9"));
    }

    private Task<LightClient> OpenAsync(
        ILightBlockSource primary, IReadOnlyList<ILightBlockSource> witnesses, LightMode mode = LightMode.Skipping, LightClientOptions? options = null) =>
        LightClient.OpenAsync(Setup(primary, witnesses) with { Options = (options ?? new LightClientOptions()) with { Mode = mode } });

    private LightClientSetup Setup(ILightBlockSource primary, IReadOnlyList<ILightBlockSource> witnesses) => new()
    {
        Primary = primary,
        Witnesses = witnesses,
        Root = TrustRoot.FromBlock(1, s_chain[1].Header.Hash()),
        Clock = new MovableClock(s_chain.Now()),
        Note = _notes.Add,
    };
}
