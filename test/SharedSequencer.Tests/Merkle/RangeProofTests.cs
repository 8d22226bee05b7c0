using NUnit.Framework;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace SharedSequencer.Tests.Merkle;

internal sealed class RangeProofTests
{
    [Test]
    public void Every_range_of_every_small_tree_is_proven_under_the_naive_root()
    {
        var (data, hashes) = Leaves(33);
        var nodes = MerkleNodeMap.Of(hashes);
        for (var count = 1; count <= data.Length; count++)
        {
            var root = NaiveMerkle.Root(data[..count]);
            for (var start = 0; start < count; start++)
            {
                for (var length = 1; start + length <= count; length++)
                {
                    var proof = MerkleLogProver.ProveRange(nodes, (ulong)count, (ulong)start, (ulong)length)!;

                    Assert.That(proof.Nodes.Length, Is.LessThanOrEqualTo(12));
                    Assert.That(Verify(root, proof, hashes.AsSpan(start, length)), Is.True, $"[{start}, {start + length}) of {count}");
                }
            }
        }
    }

    [Property(MaxTest = 100)]
    public void A_range_of_one_is_proven_by_the_nodes_of_an_inclusion_proof(int seed)
    {
        var random = new Random(seed);
        var (_, hashes) = Leaves(random.Next(1, 300));
        var nodes = MerkleNodeMap.Of(hashes);
        var index = random.Next(hashes.Length);
        var inclusion = MerkleTree.Build(hashes).ProveInclusion(index);

        var proof = MerkleLogProver.ProveRange(nodes, (ulong)hashes.Length, (ulong)index, 1)!;

        Assert.That(proof.Nodes.ToArray(), Is.EquivalentTo(inclusion.Aunts.ToArray()));
        Assert.That(Verify(MerkleTree.RootOf(hashes), proof, hashes.AsSpan(index, 1)), Is.True);
    }

    [Property(MaxTest = 100)]
    public void The_same_consistency_proofs_come_from_stored_nodes_as_from_the_whole_tree(int seed)
    {
        var random = new Random(seed);
        var (_, hashes) = Leaves(random.Next(1, 300));
        var nodes = MerkleNodeMap.Of(hashes);
        var newer = random.Next(1, hashes.Length + 1);
        var older = random.Next(0, newer + 1);

        var proof = MerkleLogProver.ProveConsistency(nodes, (ulong)older, (ulong)newer)!;

        Assert.That(proof.Path.ToArray(), Is.EqualTo(MerkleTree.Build(hashes.AsSpan(0, newer)).ProveConsistency(older).Path.ToArray()));
        Assert.That(
            proof.Verify((ulong)older, MerkleTree.RootOf(hashes.AsSpan(0, older)), (ulong)newer, MerkleTree.RootOf(hashes.AsSpan(0, newer))), Is.True);
    }

    [Property(MaxTest = 200)]
    public void Every_other_shape_is_refused(int seed)
    {
        var random = new Random(seed);
        var (_, hashes) = Leaves(random.Next(2, 70));
        var count = hashes.Length;
        var start = random.Next(count);
        var length = random.Next(1, count - start + 1);
        var proof = MerkleLogProver.ProveRange(MerkleNodeMap.Of(hashes), (ulong)count, (ulong)start, (ulong)length)!;
        var root = MerkleTree.RootOf(hashes);
        var leaves = hashes.AsSpan(start, length).ToArray();
        var nodes = proof.Nodes.ToArray();
        var foreign = Hash256.Of("foreign"u8);

        Refused("a node too many", leaves, [.. nodes, foreign]);
        Refused("the first node twice", leaves, nodes.Length == 0 ? [foreign] : [nodes[0], .. nodes]);
        Refused("more nodes than any tree has", leaves, [.. nodes, .. Enumerable.Repeat(foreign, 200)]);
        Refused("a leaf too many", [.. leaves, foreign], nodes);
        Refused("a leaf too few", leaves[..^1], nodes);
        Refused("no leaf", [], nodes);
        Refused("no leaf, the root as a node", [], [root]);
        for (var i = 0; i < leaves.Length; i++)
            Refused($"leaf {i} altered", [.. leaves[..i], foreign, .. leaves[(i + 1)..]], nodes);
        for (var i = 0; i < nodes.Length; i++)
        {
            Refused($"node {i} altered", leaves, [.. nodes[..i], foreign, .. nodes[(i + 1)..]]);
            Refused($"node {i} left out", leaves, [.. nodes[..i], .. nodes[(i + 1)..]]);
        }

        if (leaves.Length > 1)
            Refused("two leaves exchanged", [leaves[1], leaves[0], .. leaves[2..]], nodes);
        if (nodes.Length > 1)
            Refused("nodes in reverse", leaves, [.. nodes.Reverse()]);
        if (start > 0)
            Assert.That(RangeProof.Verify(root, (ulong)count, (ulong)start - 1, leaves, nodes), Is.False, "shifted left");
        Assert.That(RangeProof.Verify(root, (ulong)count, (ulong)start + 1, leaves, nodes), Is.False, "shifted right");
        Assert.That(RangeProof.Verify(foreign, (ulong)count, (ulong)start, leaves, nodes), Is.False, "another root");
        Assert.That(RangeProof.Verify(root, ulong.MaxValue, ulong.MaxValue, leaves, nodes), Is.False, "numbers that overflow");
        Assert.That(RangeProof.Verify(root, 0, 0, leaves, nodes), Is.False, "an empty tree");

        void Refused(string what, Hash256[] told, Hash256[] beside) =>
            Assert.That(RangeProof.Verify(root, (ulong)count, (ulong)start, told, beside), Is.False, what);
    }

    [Test]
    public void A_proof_from_a_tree_of_a_million_leaves_reads_few_nodes()
    {
        var nodes = new MerkleNodeMap();
        for (var i = 0; i < 1_000_000; i++)
            nodes.Append(Hash256.Of(BitConverter.GetBytes(i)));
        foreach (var (start, length) in ((ulong, ulong)[])[(0, 1), (123_456, 1000), (999_999, 1), (500_000, 499_999)])
        {
            nodes.Reads = 0;
            var proof = MerkleLogProver.ProveRange(nodes, 999_999 + 1, start, length)!;
            Assert.That(nodes.Reads, Is.LessThanOrEqualTo(60));
            Assert.That(proof.Nodes.Length, Is.LessThanOrEqualTo(40));
        }
    }

    [Property(MaxTest = 50)]
    public void With_the_peaks_alone_everything_later_can_be_proven_and_nothing_earlier(int seed)
    {
        var random = new Random(seed);
        var (_, hashes) = Leaves(random.Next(3, 200));
        var boundary = random.Next(1, hashes.Length);
        var nodes = MerkleNodeMap.Of(hashes[..boundary]);
        nodes.ForgetBelowPeaks();
        foreach (var leaf in hashes.AsSpan(boundary))
            nodes.Append(leaf);
        var root = MerkleTree.RootOf(hashes);
        for (var start = boundary; start < hashes.Length; start++)
        {
            var proof = MerkleLogProver.ProveRange(nodes, (ulong)hashes.Length, (ulong)start, (ulong)(hashes.Length - start))!;
            Assert.That(Verify(root, proof, hashes.AsSpan(start)), Is.True);
            var consistency = MerkleLogProver.ProveConsistency(nodes, (ulong)start, (ulong)hashes.Length)!;
            Assert.That(consistency.Verify((ulong)start, MerkleTree.RootOf(hashes.AsSpan(0, start)), (ulong)hashes.Length, root), Is.True);
        }

        if (boundary > 1)
            Assert.That(MerkleLogProver.ProveRange(nodes, (ulong)hashes.Length, 0, 1), Is.Null);
    }

    [Test]
    public void What_is_no_range_cannot_be_asked_for()
    {
        var nodes = MerkleNodeMap.Of(Leaves(5).Hashes);

        Assert.That(() => MerkleLogProver.ProveRange(nodes, 5, 0, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => MerkleLogProver.ProveRange(nodes, 5, 5, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => MerkleLogProver.ProveRange(nodes, 5, 1, ulong.MaxValue), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => MerkleLogProver.ProveConsistency(nodes, 6, 5), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static bool Verify(Hash256 root, RangeProof proof, ReadOnlySpan<Hash256> leaves) =>
        (int)proof.Length == leaves.Length && RangeProof.Verify(root, proof.Count, proof.Start, leaves, proof.Nodes.Span);

    private static (byte[][] Data, Hash256[] Hashes) Leaves(int count)
    {
        var data = Enumerable.Range(0, count).Select(i => Hash256.Of(BitConverter.GetBytes(i)).ToArray()).ToArray();
        return (data, [.. data.Select(leaf => MerkleHash.Leaf(leaf))]);
    }
}
