using NUnit.Framework;
using SharedSequencer.Client;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Proofs;

/// <summary>
/// A chain with up to 1,000 namespaces and 10,000 entries in a block: every namespace's presence or absence verifies at
/// each height, and every namespace's slices verify by their numbers.
/// </summary>
internal sealed class WideChainTests
{
    [TestCase(1, 0)]
    [TestCase(2, 1)]
    [TestCase(3, 40)]
    [TestCase(4, 1_000)]
    public async Task Presence_and_absence_verify_at_every_height_and_all_slices_by_number(int seed, int namespaces)
    {
        var random = new Random(seed);
        var world = new WideWorld(seed, namespaces);
        if (namespaces == 1_000)
        {
            world.AddBlock(10_000, 1_000);
            world.AddBlock(0, 0);
            world.AddBlock(700, 300);
        }
        else
        {
            for (var i = 0; i < 12; i++)
                world.AddBlock(namespaces == 0 ? 0 : random.Next(0, 300), random.Next(1, namespaces + 1));
        }

        world.Chain.Add();
        await using var node = await NodeInProcess.StartAsync(world.Chain);
        using var client = new SequencerClient(node.Api);
        var present = 0;
        var trusted = world.Chain.At(world.Chain.Height).Header;
        foreach (var id in world.Namespaces)
        {
            var slices = world.Chain.SlicesOf(id).ToDictionary(s => s.Height, s => s.Slice);
            for (var height = 1L; height <= world.Chain.Height; height++)
            {
                var verdict = SliceVerifier.Verify(
                    await client.GetSliceAsync(id, height, withProof: true), id, world.Chain.At(height).Header.Hash());

                Assert.That(verdict.FailedStep, Is.Null, verdict.Reason);
                Assert.That(verdict.Slice!.Entries, Has.Count.EqualTo(slices.GetValueOrDefault(height)?.Entries.Count ?? 0));
                present += verdict.Slice.Entries.Count;
            }

            var range = SliceHistoryVerifier.VerifyRange(await client.ProveSlicesAsync(id, 1, 1000), id, 1, trusted);
            Assert.That(range.FailedStep, Is.Null, range.Reason);
            Assert.That(range.Proven!.Slices.Select(s => (s.Height, s.Entries.Count)), Is.EqualTo(slices.Select(s => (s.Key, s.Value.Entries.Count))));
        }

        TestContext.Out.WriteLine($"{world.Chain.Height} blocks, {present} entries");
        Assert.That(present, namespaces == 0 ? Is.Zero : Is.Positive);
    }
}
