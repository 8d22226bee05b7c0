using NUnit.Framework;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace SharedSequencer.Tests.Proofs;

/// <summary>
/// The state keeps a namespace's head by its peaks; proofs come from the tree over all slices. Both are the same tree:
/// what the tree proves verifies against the peaks' roots.
/// </summary>
internal sealed class HeadTreeTests
{
    [Property(MaxTest = 100)]
    public void Every_slice_is_proven_against_a_head_that_is_kept_by_peaks(int seed)
    {
        var (leaves, heads) = Grow(new Random(seed));
        var newest = heads[^1];
        var tree = MerkleTree.Build(leaves);
        for (var i = 0; i < leaves.Length; i++)
        {
            var proof = tree.ProveInclusion(i);

            Assert.That(proof.Total, Is.EqualTo(newest.Count));
            Assert.That(proof.Verify(newest.Root, (ulong)i, leaves[i]), Is.True, $"slice {i} of {leaves.Length}");
            Assert.That(proof.Verify(newest.Root, (ulong)i, Hash256.Of("another slice"u8)), Is.False);
            if (i > 0)
                Assert.That(proof.Verify(newest.Root, (ulong)i - 1, leaves[i]), Is.False, "under another number");
        }
    }

    [Property(MaxTest = 100)]
    public void A_later_head_is_proven_to_extend_every_earlier_one(int seed)
    {
        var (leaves, heads) = Grow(new Random(seed));
        var tree = MerkleTree.Build(leaves);
        var newest = heads[^1];
        foreach (var head in heads)
        {
            var proof = tree.ProveConsistency((int)head.Count);

            Assert.That(proof.Verify(head.Count, head.Root, newest.Count, newest.Root), Is.True, $"{head.Count} to {newest.Count}");
            if (head.Count > 0)
                Assert.That(proof.Verify(head.Count, Hash256.Of("another past"u8), newest.Count, newest.Root), Is.False);
        }
    }

    [Property(MaxTest = 100)]
    public void A_head_whose_past_was_rewritten_extends_no_true_one(int seed)
    {
        var random = new Random(seed);
        var (leaves, heads) = Grow(random);
        var at = random.Next(leaves.Length);
        Hash256[] rewritten = [.. leaves];
        rewritten[at] = Hash256.Of("rewritten"u8);
        var forged = rewritten.Aggregate(MerklePeaks.Empty, (peaks, leaf) => peaks.Append(leaf));
        var tree = MerkleTree.Build(rewritten);
        foreach (var head in heads.Where(head => head.Count > (ulong)at))
        {
            var proof = tree.ProveConsistency((int)head.Count);

            Assert.That(proof.Verify(head.Count, head.Root, forged.Count, forged.Root), Is.False);
        }
    }

    /// <summary>Slices' leaf hashes, and the heads after none, one … and all of them.</summary>
    private static (Hash256[] Leaves, List<MerklePeaks> Heads) Grow(Random random)
    {
        var leaves = MerkleHashes(random, random.Next(1, 70));
        List<MerklePeaks> heads = [MerklePeaks.Empty];
        foreach (var leaf in leaves)
            heads.Add(heads[^1].Append(leaf));
        return (leaves, heads);
    }

    private static Hash256[] MerkleHashes(Random random, int count)
    {
        var hashes = new Hash256[count];
        Span<byte> slice = stackalloc byte[60];
        for (var i = 0; i < count; i++)
        {
            random.NextBytes(slice);
            hashes[i] = MerkleHash.Leaf(slice);
        }

        return hashes;
    }
}
