using NUnit.Framework;
using SharedSequencer.AbciProto.Types;
using SharedSequencer.Api;
using SharedSequencer.Api.Contracts;
using SharedSequencer.Client;
using SharedSequencer.Primitives;
using SharedSequencer.StateMachine.Execution;
using Header = SharedSequencer.CometBft.Types.Header;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace SharedSequencer.Tests.Proofs;

/// <summary>Slices over time, from a random chain's node over HTTP to the verifier.</summary>
internal sealed class SliceHistoryTests
{
    private TestChain _chain = null!;
    private NodeInProcess _node = null!;
    private SequencerClient _client = null!;
    private NamespaceId _busy;
    private NamespaceId _other;
    private Truths _truths = null!;

    private Header Trusted => _chain.At(_chain.Height).Header;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _chain = TestChain.Random(11, 120);

        // The header after a slice's block is the first that proves it by its number.
        _chain.Add();
        _node = await NodeInProcess.StartAsync(_chain);
        _client = new SequencerClient(_node.Api);
        var byCount = _chain.Namespaces.OrderByDescending(id => _chain.State.Head(id).SliceCount).ToArray();
        (_busy, _other) = (byCount[0], byCount[1]);

        var elsewhere = TestChain.Random(12, 120);
        elsewhere.Add();
        await using var node = await NodeInProcess.StartAsync(elsewhere);
        using var stranger = new SequencerClient(node.Api);
        await using var behind = await NodeInProcess.StartAsync(_chain, upTo: _chain.Height - 20);
        using var stale = new SequencerClient(behind.Api);
        _truths = new Truths(
            await _client.ProveSlicesAsync(_busy, 3, 8),
            await _client.ProveSlicesAsync(_other, 3, 8),
            await stale.ProveSlicesAsync(_busy, 3, 8),
            await stranger.ProveSlicesAsync(_busy, 3, 8),
            await _client.ProveSlicesAsync(_busy, 4, 8),
            await _client.ProveSlicesAsync(_busy, 3, 9));
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _client?.Dispose();
        if (_node is not null)
            await _node.DisposeAsync();
    }

    [Test]
    public async Task Every_slice_of_every_namespace_verifies_by_its_number()
    {
        foreach (var id in _chain.Namespaces)
        {
            var slices = _chain.SlicesOf(id);
            for (ulong number = 1; number <= (ulong)slices.Count; number++)
            {
                var verdict = SliceHistoryVerifier.VerifySlice(await _client.ProveSlicesAsync(id, number, 1), id, number, Trusted);

                Assert.That(verdict.FailedStep, Is.Null, verdict.Reason);
                AssertSame(verdict.Proven!, slices[(int)number - 1]);
            }
        }
    }

    [Test]
    public async Task Every_range_of_every_namespace_verifies_by_one_proof()
    {
        foreach (var id in _chain.Namespaces)
        {
            var slices = _chain.SlicesOf(id);
            for (var from = 1; from <= slices.Count; from++)
            {
                for (var limit = 1; from + limit <= slices.Count + 2; limit += from % 3 == 0 ? 1 : 7)
                {
                    var verdict = SliceHistoryVerifier.VerifyRange(await _client.ProveSlicesAsync(id, (ulong)from, limit), id, (ulong)from, Trusted);

                    Assert.That(verdict.FailedStep, Is.Null, verdict.Reason);
                    Assert.That(verdict.Proven!.Slices, Has.Count.EqualTo(Math.Min(limit, slices.Count - from + 1)));
                    Assert.That(verdict.Proven.ReachesHead, Is.EqualTo(from + limit > slices.Count));
                    for (var i = 0; i < verdict.Proven.Slices.Count; i++)
                        AssertSame(verdict.Proven.Slices[i], slices[from - 1 + i]);
                }
            }
        }
    }

    [Test]
    public async Task Heads_verify_and_that_a_namespace_has_none_at_every_height_that_is_kept()
    {
        foreach (var id in _chain.Namespaces)
        {
            for (var height = _chain.Height - 10; height < _chain.Height; height++)
            {
                var verdict = SliceHistoryVerifier.VerifyHead(await _client.ProveHeadAsync(id, height), id, _chain.At(height + 1).Header);

                Assert.That(verdict.FailedStep, Is.Null, verdict.Reason);
                Assert.That(verdict.Proven!.Height, Is.EqualTo(height));
                Assert.That(verdict.Proven.Head.SliceCount, Is.EqualTo((ulong)_chain.SlicesOf(id).Count(s => s.Height <= height)));
            }
        }

        var wide = new WideWorld(1, 3);
        wide.AddEntry(wide.Namespaces[0], [1]);
        wide.Chain.Add();
        await using var node = await NodeInProcess.StartAsync(wide.Chain);
        using var client = new SequencerClient(node.Api);
        var never = wide.Namespaces[1];
        var trusted = wide.Chain.At(wide.Chain.Height).Header;
        var none = SliceHistoryVerifier.VerifyRange(await client.ProveSlicesAsync(never, 1, 10), never, 1, trusted);
        Assert.That(none.FailedStep, Is.Null, none.Reason);
        Assert.That((none.Proven!.Slices.Count, none.Proven.Next, none.Proven.Head.Head.SliceCount), Is.EqualTo((0, 1ul, 0ul)));
        var swapped = (await client.ProveSlicesAsync(never, 1, 10)) with { History = (await client.ProveSlicesAsync(wide.Namespaces[0], 2, 10)).History };
        Assert.That(SliceHistoryVerifier.VerifyRange(swapped, never, 1, trusted).FailedStep, Is.EqualTo(HistoryStep.State), "a head where there is none");
    }

    [Test]
    public async Task A_later_head_is_shown_to_extend_every_earlier_one()
    {
        await using var behind = await NodeInProcess.StartAsync(_chain, upTo: 60);
        using var stale = new SequencerClient(behind.Api);
        foreach (var id in _chain.Namespaces)
        {
            var earlier = SliceHistoryVerifier.VerifyHead(await stale.ProveHeadAsync(id), id, _chain.At(60).Header).Proven!;
            var later = SliceHistoryVerifier.VerifyHead(await _client.ProveHeadAsync(id), id, Trusted).Proven!;
            var answer = await _client.ProveConsistencyAsync(id, earlier.Head.SliceCount, later.Head.SliceCount);

            Assert.That(SliceHistoryVerifier.VerifyConsistency(answer, earlier, later).FailedStep, Is.Null);
            Refused("another past", answer, earlier with { Head = earlier.Head with { Root = Hash256.Of("rewritten"u8) } }, later);
            Refused("a future that was rewritten", answer, earlier, later with { Head = later.Head with { Root = Hash256.Of("rewritten"u8) } });
            Refused("another namespace", answer with { Namespace = _other == id ? _busy.ToString() : _other.ToString() }, earlier, later);
            Refused("fewer slices", answer with { ToCount = answer.ToCount - 1 }, earlier, later);
            Refused("the log truncated", answer, later, earlier);
            Refused("a node too many", answer with { Nodes = [.. answer.Nodes, Hash256.Of("x"u8).ToString()] }, earlier, later);
            if (answer.Nodes.Count > 0)
                Refused("a node too few", answer with { Nodes = [.. answer.Nodes.Skip(1)] }, earlier, later);
        }

        static void Refused(string what, HeadConsistencyResponse answer, VerifiedHead earlier, VerifiedHead later) => Assert.That(
            SliceHistoryVerifier.VerifyConsistency(answer, earlier, later).FailedStep, Is.EqualTo(HistoryStep.Consistency), what);
    }

    [Property(MaxTest = 30)]
    public void Every_lie_is_refused_at_the_step_that_it_breaks(int seed)
    {
        var random = new Random(seed);
        foreach (var lie in HistoryLies.All)
        {
            if (lie.Tell(_truths, random) is not { } told)
                continue;
            var verdict = SliceHistoryVerifier.VerifyRange(told, _busy, 3, Trusted);

            Assert.That(verdict.Proven, Is.Null, $"'{lie.Name}' was believed");
            Assert.That(verdict.FailedStep, Is.EqualTo(lie.CaughtAt), $"'{lie.Name}': {verdict.Reason}");
            Assert.That(verdict.Reason, Is.Not.Empty);
        }
    }

    [Test]
    public void Each_kind_of_lie_is_told()
    {
        var told = Enumerable.Range(0, 50)
            .SelectMany(seed => HistoryLies.All.Where(lie => lie.Tell(_truths, new Random(seed)) is not null).Select(lie => lie.Name)).ToHashSet();

        Assert.That(told, Is.EquivalentTo(HistoryLies.All.Select(lie => lie.Name)));
        Assert.That(told, Has.Count.AtLeast(50));
        var truth = SliceHistoryVerifier.VerifyRange(_truths.Range, _busy, 3, Trusted);
        Assert.That(truth.FailedStep, Is.Null, truth.Reason);
    }

    [Test]
    public void No_bit_of_an_entry_or_a_node_can_be_changed()
    {
        for (var s = 0; s < _truths.Range.Slices.Count; s++)
        {
            var slice = _truths.Range.Slices[s];
            for (var e = 0; e < slice.Entries.Count; e++)
            {
                for (var bit = 0; bit < 8 * slice.Entries[e].Payload.Length; bit += 13)
                {
                    var payload = slice.Entries[e].Payload.ToArray();
                    payload[bit / 8] ^= (byte)(1 << (bit % 8));
                    var told = slice with { Entries = [.. slice.Entries.Select((x, i) => i == e ? x with { Payload = payload } : x)] };
                    var answer = _truths.Range with { Slices = [.. _truths.Range.Slices.Select((x, i) => i == s ? told : x)] };
                    Assert.That(SliceHistoryVerifier.VerifyRange(answer, _busy, 3, Trusted).FailedStep, Is.EqualTo(HistoryStep.Log));
                }
            }
        }
    }

    [Test]
    public void A_true_answer_is_refused_for_another_number_and_another_namespace()
    {
        Assert.That(SliceHistoryVerifier.VerifyRange(_truths.Range, _busy, 4, Trusted).FailedStep, Is.EqualTo(HistoryStep.Range));
        Assert.That(SliceHistoryVerifier.VerifyRange(_truths.Range, _other, 3, Trusted).FailedStep, Is.EqualTo(HistoryStep.State));
        Assert.That(SliceHistoryVerifier.VerifySlice(_truths.Range, _busy, 3, Trusted).FailedStep, Is.EqualTo(HistoryStep.Range), "one was asked for");
    }

    [Test]
    public async Task A_proof_of_hundreds_of_slices_is_one_of_few_nodes()
    {
        var wide = new WideWorld(3, 1);
        for (var i = 0; i < 300; i++)
            wide.AddEntry(wide.Namespaces[0], BitConverter.GetBytes(i));
        await using var node = await NodeInProcess.StartAsync(wide.Chain);
        using var client = new SequencerClient(node.Api);

        var answer = await client.ProveSlicesAsync(wide.Namespaces[0], 20, 200);

        Assert.That(answer.Slices, Has.Count.EqualTo(200));
        Assert.That(answer.History!.Nodes, Has.Count.LessThanOrEqualTo(18));
    }

    [Test]
    public async Task What_was_pruned_is_said_and_what_is_kept_is_proven_and_followed()
    {
        var world = new WideWorld(4, 1);
        var id = world.Namespaces[0];
        for (var i = 0; i < 150; i++)
            world.AddEntry(id, [(byte)i]);
        world.Chain.Add();
        world.Chain.InitChain.ConsensusParams = new ConsensusParams { Evidence = new EvidenceParams { MaxAgeNumBlocks = 1, MaxAgeDuration = new() } };
        await using var node = await NodeInProcess.StartAsync(
            world.Chain.InitChain, new Dictionary<string, string> { ["SEQ_SEQUENCER_RETAIN_BLOCKS"] = "101" });
        node.Feed(world.Chain);
        using var client = new SequencerClient(node.Api);
        var trusted = world.Chain.At(world.Chain.Height).Header;

        var gone = Assert.ThrowsAsync<SequencerApiException>(() => client.ProveSlicesAsync(id, 1, 10));
        Assert.That((gone!.Status, gone.Code), Is.EqualTo((410, ProblemCodes.Pruned)));
        gone = Assert.ThrowsAsync<SequencerApiException>(() => client.ProveConsistencyAsync(id, 7, 150));
        Assert.That((gone!.Status, gone.Code), Is.EqualTo((410, ProblemCodes.Pruned)));
        gone = Assert.ThrowsAsync<SequencerApiException>(() => FirstAsync(FollowCursor.At(id)));
        Assert.That(gone!.Code, Is.EqualTo(ProblemCodes.Pruned));

        var kept = (ulong)world.Chain.SlicesOf(id).First(s => s.Height > world.Chain.Height - 101).Slice.Number;
        var verdict = SliceHistoryVerifier.VerifyRange(await client.ProveSlicesAsync(id, kept, 1000), id, kept, trusted);
        Assert.That(verdict.FailedStep, Is.Null, verdict.Reason);
        Assert.That(verdict.Proven!.ReachesHead, Is.True);
        _ = await client.ProveConsistencyAsync(id, kept - 1, 150);
        Assert.That((await FirstAsync(FollowCursor.At(id, kept))).Slice.Number, Is.EqualTo(kept));

        async Task<FollowedSlice> FirstAsync(FollowCursor from)
        {
            await foreach (var followed in new NamespaceFollower([node.Api], world.Chain, from).FollowAsync())
                return followed;
            throw new InvalidOperationException("Following ended.");
        }
    }

    [Test]
    public async Task What_cannot_be_answered_is_said_with_a_stable_code()
    {
        using var http = new HttpClient();
        Assert.That(await CodeAsync($"namespaces/{_busy}/slices?history=true&proof=true"), Is.EqualTo((400, ProblemCodes.BadRequest)));
        Assert.That(await CodeAsync($"namespaces/{_busy}/slices?history=true&from=0"), Is.EqualTo((400, ProblemCodes.BadRequest)));
        Assert.That(await CodeAsync($"namespaces/{_busy}/slices?history=true&limit=1001"), Is.EqualTo((400, ProblemCodes.BadRequest)));
        Assert.That(await CodeAsync($"namespaces/{_busy}/slices?history=true&height=1"), Is.EqualTo((410, ProblemCodes.Pruned)));
        Assert.That(await CodeAsync($"namespaces/{_busy}/slices?history=true&height=100000"), Is.EqualTo((404, ProblemCodes.NotYet)));
        Assert.That(await CodeAsync($"namespaces/{_busy}/head?height=3"), Is.EqualTo((400, ProblemCodes.BadRequest)));
        Assert.That(await CodeAsync($"namespaces/{_busy}/head?proof=true&height=1"), Is.EqualTo((410, ProblemCodes.Pruned)));
        Assert.That(await CodeAsync("namespaces/nobody/head"), Is.EqualTo((404, ProblemCodes.NotFound)));
        Assert.That(await CodeAsync($"namespaces/{_busy}/consistency"), Is.EqualTo((400, ProblemCodes.BadRequest)));
        Assert.That(await CodeAsync($"namespaces/{_busy}/consistency?from_count=5&to_count=4"), Is.EqualTo((400, ProblemCodes.BadRequest)));
        Assert.That(await CodeAsync($"namespaces/{_busy}/consistency?from_count=1&to_count=100000"), Is.EqualTo((404, ProblemCodes.NotYet)));

        async Task<(int, string)> CodeAsync(string path)
        {
            using var answer = await http.GetAsync(new Uri(_node.Api, $"/v1/{path}"));
            var problem = System.Text.Json.JsonSerializer.Deserialize(await answer.Content.ReadAsStringAsync(), ApiJson.Default.Problem)!;
            Assert.That(problem.Detail, Is.Not.Empty);
            return ((int)answer.StatusCode, problem.Code);
        }
    }

    private static void AssertSame(NumberedSlice proven, (long Height, Slice Slice) committed)
    {
        Assert.That((proven.Number, proven.Height), Is.EqualTo((committed.Slice.Number, committed.Height)));
        Assert.That(
            proven.Entries.Select(e => Convert.ToHexString(e.LeafData())),
            Is.EqualTo(committed.Slice.Entries.Select(e => Convert.ToHexString(e.LeafData()))));
    }
}
