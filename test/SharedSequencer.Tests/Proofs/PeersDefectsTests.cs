using NUnit.Framework;
using SharedSequencer.Client;
using SharedSequencer.CometBft.Types;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.Blocks;
using SharedSequencer.RandomChain;
using SharedSequencer.Tests.Client;

namespace SharedSequencer.Tests.Proofs;

/// <summary>What hurt the users of other shared sequencers, tried here: each test is named by the defect or complaint.</summary>
internal sealed class PeersDefectsTests
{
    [Test]
    public void Astria_defect_2_who_controls_all_below_data_hash_still_needs_the_block_hash()
    {
        // Entries, trees, preamble and data_hash of the forgery agree with each other in every respect.
        var honest = TestBlock.Random(new Random(1), minimumEntries: 5);
        var id = honest.Entries[0].Namespace;
        var forged = new TestBlock(
            honest.Height, [.. honest.Entries.Select(e => e with { Payload = new byte[] { 6, 6, 6 } })], [.. honest.Items.Skip(1)]);
        Assert.That(SliceVerifier.Verify(forged.Slice(id), id, forged.Hash).FailedStep, Is.Null, "it is whole in itself");

        var told = forged.Slice(id);
        Assert.That(SliceVerifier.Verify(told, id, honest.Hash).FailedStep, Is.EqualTo(VerificationStep.Header));
        told = told with { BlockHash = honest.Hash.ToString() };
        Assert.That(SliceVerifier.Verify(told, id, honest.Hash).FailedStep, Is.EqualTo(VerificationStep.Header));
        told = told with { Proof = told.Proof! with { LightBlock = honest.LightBlock.ToProto() } };
        Assert.That(SliceVerifier.Verify(told, id, honest.Hash).FailedStep, Is.EqualTo(VerificationStep.Preamble));
    }

    [Test]
    public async Task Astria_defect_3_data_hash_is_made_of_the_transactions_as_they_were_ordered()
    {
        // CometBFT hashes each item's own bytes, the preamble's too; what is decoded from them plays no part.
        var chain = TestChain.Random(31, 30);
        await using var node = await NodeInProcess.StartAsync(chain);
        using var client = new SequencerClient(node.Api);
        var id = chain.Namespaces[0];
        for (var height = 1L; height <= chain.Height; height++)
        {
            var leaves = chain.Request(height).Txs.Select(item => MerkleHash.Leaf(Hash256.Of(item.Span).Span)).ToArray();
            Assert.That(chain.At(height).Header.DataHash, Is.EqualTo(MerkleTree.RootOf(leaves)));

            var verdict = SliceVerifier.Verify(await client.GetSliceAsync(id, height, withProof: true), id, chain.At(height).Header.Hash());
            Assert.That(verdict.FailedStep, Is.Null, verdict.Reason);
        }
    }

    [Test]
    public async Task Astria_defect_6_an_omission_is_seen_and_absence_takes_no_list_of_all_rollups()
    {
        var world = new WideWorld(32, 1_000);
        world.AddBlock(2_000, 999);
        var absent = world.Namespaces.Single(id => world.Chain.SlicesOf(id).Count == 0);
        var present = world.Namespaces.First(id => id != absent);
        await using var node = await NodeInProcess.StartAsync(world.Chain);
        using var client = new SequencerClient(node.Api);
        var height = world.Chain.Height;
        var hash = world.Chain.At(height).Header.Hash();

        var nothing = await client.GetSliceAsync(absent, height, withProof: true);
        Assert.That(SliceVerifier.Verify(nothing, absent, hash).Slice!.Entries, Is.Empty);
        var bytes = (nothing.Proof!.Namespace!.Nodes.Count * 48) + 48 + (nothing.Proof.PreambleProof!.Aunts.Count * 32) + nothing.Proof.Preamble!.Length;
        Assert.That(bytes, Is.LessThan(2048), "32 bytes for each of 1,000 rollups would be 32,000");

        var something = await client.GetSliceAsync(present, height, withProof: true);
        Assert.That(SliceVerifier.Verify(something with { Entries = [], Number = null }, present, hash).FailedStep, Is.EqualTo(VerificationStep.Namespace));
        Assert.That(
            SliceVerifier.Verify(nothing with { Namespace = present.ToString() }, present, hash).FailedStep, Is.EqualTo(VerificationStep.Namespace), "another's absence");
    }

    [Test]
    public void Astria_defect_9_the_preamble_counts_at_index_0_alone()
    {
        // Anyone can submit a transaction with the bytes of a preamble of his making.
        var forgery = TestBlock.Random(new Random(9), minimumEntries: 3);
        var id = forgery.Entries[0].Namespace;
        var told = forgery.Slice(id);
        for (var place = 1; place <= 4; place++)
        {
            List<ReadOnlyMemory<byte>> transactions = [.. Enumerable.Range(0, 4).Select(i => (ReadOnlyMemory<byte>)new byte[] { (byte)i })];
            transactions.Insert(place - 1, forgery.Preamble!);
            var block = new TestBlock(forgery.Height, [], transactions);
            foreach (var index in (long[])[0, place])
            {
                var answer = told with
                {
                    BlockHash = block.Hash.ToString(),
                    Proof = told.Proof! with { LightBlock = block.LightBlock.ToProto(), PreambleProof = block.ItemProof(place) with { Index = index } },
                };
                Assert.That(SliceVerifier.Verify(answer, id, block.Hash).FailedStep, Is.EqualTo(VerificationStep.Preamble), $"at {place}, said to be at {index}");
            }
        }
    }

    [Test]
    public async Task Astria_defect_12_a_rollup_has_a_chain_of_heads_and_fetches_no_empty_height()
    {
        var world = new WideWorld(33, 2);
        var (mine, other) = (world.Namespaces[0], world.Namespaces[1]);
        for (var i = 0; i < 400; i++)
            world.AddEntry(i is 3 or 150 or 390 ? mine : other, [(byte)(i % 250)]);
        world.Chain.Add();
        await using var node = await NodeInProcess.StartAsync(world.Chain);
        await using var counted = await LyingNode.StartAsync(node.Api);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));

        List<FollowedSlice> slices = [];
        await foreach (var followed in new NamespaceFollower([counted.Address], world.Chain, FollowCursor.At(mine)).FollowAsync(limit.Token))
        {
            slices.Add(followed);
            if (slices.Count == 3)
                break;
        }

        Assert.That(slices.Select(s => s.Slice.Entries[0].Payload.Span[0]), Is.EqualTo(new byte[] { 3, 150, 140 }));
        Assert.That((counted.Requests.Count, world.Chain.HeadersAsked), Is.EqualTo((1, 1)), "one request and one header for 400 heights");
        Assert.That(slices[^1].Cursor.Head!.Height, Is.EqualTo(world.Chain.Height - 1), "and nothing is missing up to here");
    }

    [Test]
    public async Task Espresso_range_past_the_tip_is_answered_at_once_and_says_how_far_the_chain_is()
    {
        var world = new WideWorld(34, 1);
        world.AddEntry(world.Namespaces[0], [1]);
        world.Chain.Add();
        await using var node = await NodeInProcess.StartAsync(world.Chain);
        using var client = new SequencerClient(node.Api, options: new SequencerClientOptions { RequestTimeout = TimeSpan.FromSeconds(30) });
        var id = world.Namespaces[0];

        Assert.That((await client.GetSlicesAsync(id, 1_000_000, 10)).Slices, Is.Empty);
        var past = await client.ProveSlicesAsync(id, 1_000_000, 10);
        var verdict = SliceHistoryVerifier.VerifyRange(past, id, 1_000_000, world.Chain.At(world.Chain.Height).Header);
        Assert.That(verdict.FailedStep, Is.Null, verdict.Reason);
        Assert.That((verdict.Proven!.Slices.Count, verdict.Proven.Head.Head.SliceCount), Is.EqualTo((0, 1ul)));
        var across = await client.GetSlicesAsync(id, 1, 10);
        Assert.That((across.Slices.Count, across.Next), Is.EqualTo((1, 2ul)));
    }

    [Test]
    public async Task Espresso_duplicates_a_slice_that_is_sent_twice_is_given_out_once()
    {
        var world = new WideWorld(35, 1);
        var id = world.Namespaces[0];
        world.AddEntry(id, [0]);
        world.Chain.Add();
        await using var node = await NodeInProcess.StartAsync(world.Chain);
        await using var stutterer = await LyingNode.StartAsync(node.Api);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var repeats = 0;

        // The stream begins anew with what was had, as after a node's restart.
        stutterer.Streamed = slice => slice.Number > 3 && repeats++ % 2 == 0 ? slice with { Number = slice.Number - 1 } : slice;
        List<byte> payloads = [];
        var options = new NamespaceFollowerOptions { Client = new SequencerClientOptions { FirstBackoff = TimeSpan.FromMilliseconds(1), StreamGiveUpAfter = TimeSpan.FromMilliseconds(50) } };
        await foreach (var followed in new NamespaceFollower([stutterer.Address, node.Api], world.Chain, FollowCursor.At(id), options).FollowAsync(limit.Token))
        {
            payloads.AddRange(followed.Slice.Entries.Select(e => e.Payload.Span[0]));
            if (payloads.Count == 20)
                break;

            // No block after it yet: it is had live.
            world.AddEntry(id, [(byte)payloads.Count]);
            node.Feed(world.Chain);
        }

        Assert.That(payloads, Is.EqualTo(Enumerable.Range(0, 20).Select(i => (byte)i)));
        Assert.That(repeats, Is.Positive);
    }
}
