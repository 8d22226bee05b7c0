using System.Text;
using NUnit.Framework;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Merkle;

public sealed class MerkleTreeTests
{
    /// <summary>The eight inputs and roots that certificate transparency logs have tested with since RFC 6962.</summary>
    private static readonly string[] s_inputs =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    private static readonly string[] s_roots =
    [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    [Test]
    public void Roots_of_the_certificate_transparency_inputs_are_the_known_ones([Range(0, 8)] int count)
    {
        var leaves = s_inputs[..count].Select(input => MerkleHash.Leaf(Convert.FromHexString(input))).ToArray();

        Assert.That(MerkleTree.RootOf(leaves).ToString(), Is.EqualTo(s_roots[count]));
        Assert.That(MerkleTree.Build(leaves).Root.ToString(), Is.EqualTo(s_roots[count]));
    }

    [Test]
    public void Every_leaf_of_every_small_tree_has_a_proof_that_holds_for_it_alone()
    {
        for (var count = 1; count <= 33; count++)
        {
            var leaves = Leaves(count);
            var tree = MerkleTree.Build(Hashes(leaves));
            Assert.That(tree.Root, Is.EqualTo(NaiveMerkle.Root(leaves)));
            for (var index = 0; index < count; index++)
            {
                var proof = tree.ProveInclusion(index);
                Assert.That(proof.Verify(tree.Root, (ulong)count, (ulong)index, tree.LeafHash(index)), Is.True);
                for (var other = 0; other < count; other++)
                {
                    if (other == index)
                        continue;
                    Assert.That(InclusionProof.Verify(tree.Root, (ulong)count, (ulong)other, tree.LeafHash(index), proof.Aunts.Span), Is.False);
                    Assert.That(proof.Verify(tree.Root, (ulong)index, tree.LeafHash(other)), Is.False);
                }
            }
        }
    }

    [Test]
    public void A_proof_with_an_aunt_missing_added_or_altered_is_refused()
    {
        for (var count = 2; count <= 20; count++)
        {
            var tree = MerkleTree.Build(Hashes(Leaves(count)));
            for (var index = 0; index < count; index++)
            {
                var proof = tree.ProveInclusion(index);
                var aunts = proof.Aunts.ToArray();
                Assert.That(Holds(aunts[1..]), Is.False);
                Assert.That(Holds(aunts[..^1]), Is.False);
                Assert.That(Holds([.. aunts, tree.Root]), Is.False);
                Assert.That(Holds([aunts[0], .. aunts]), Is.False);
                for (var i = 0; i < aunts.Length; i++)
                {
                    var altered = aunts.ToArray();
                    altered[i] = Hash256.Of(altered[i].Span);
                    Assert.That(Holds(altered), Is.False);
                }

                bool Holds(Hash256[] path) =>
                    InclusionProof.Verify(tree.Root, (ulong)count, (ulong)index, tree.LeafHash(index), path);
            }
        }
    }

    [Test]
    public void A_proof_is_pinned_to_the_index_and_total_that_the_caller_names()
    {
        var tree = MerkleTree.Build(Hashes(Leaves(4)));
        var proof = tree.ProveInclusion(0);

        Assert.That(proof.Verify(tree.Root, 4, 0, tree.LeafHash(0)), Is.True);
        Assert.That(proof.Verify(tree.Root, 3, 0, tree.LeafHash(0)), Is.False);
        Assert.That(proof.Verify(tree.Root, 1, tree.LeafHash(0)), Is.False);
        // The path of leaf 0 is the same for 3 and 4 leaves: the root alone does not bind the total.
        Assert.That(new InclusionProof(3, 0, tree.LeafHash(0), proof.Aunts.ToArray()).Verify(tree.Root, 0, tree.LeafHash(0)), Is.True);
    }

    [Test]
    public void An_inner_node_cannot_be_passed_off_as_a_leaf()
    {
        var leaves = Hashes(Leaves(2));
        var root = MerkleTree.RootOf(leaves);
        byte[] forged = [.. leaves[0].Span, .. leaves[1].Span];

        Assert.That(MerkleHash.Leaf(forged), Is.Not.EqualTo(root));
    }

    [Test]
    public void Each_tree_extends_each_of_its_prefixes()
    {
        for (var count = 0; count <= 33; count++)
        {
            var leaves = Hashes(Leaves(count));
            var tree = MerkleTree.Build(leaves);
            for (var old = 0; old <= count; old++)
            {
                var oldRoot = MerkleTree.RootOf(leaves.AsSpan(0, old));
                var proof = tree.ProveConsistency(old);
                Assert.That(proof.Verify((ulong)old, oldRoot, (ulong)count, tree.Root), Is.True, $"{old} in {count}");
                Assert.That(proof.Verify((ulong)old, Hash256.Of("other"u8), (ulong)count, tree.Root), Is.False);
                if (old != 0)
                    Assert.That(proof.Verify((ulong)old, oldRoot, (ulong)count, Hash256.Of("other"u8)), Is.False);

                var path = proof.Path.ToArray();
                Assert.That(Holds([.. path, tree.Root]), Is.False);
                for (var i = 0; i < path.Length; i++)
                {
                    Assert.That(Holds([.. path[..i], .. path[(i + 1)..]]), Is.False);
                    var altered = path.ToArray();
                    altered[i] = Hash256.Of(altered[i].Span);
                    Assert.That(Holds(altered), Is.False);
                }

                bool Holds(Hash256[] forged) =>
                    ConsistencyProof.Verify((ulong)old, oldRoot, (ulong)count, tree.Root, forged);
            }
        }
    }

    [Test]
    public void A_tree_whose_past_was_altered_does_not_extend_the_older_one()
    {
        for (var count = 2; count <= 17; count++)
        {
            var leaves = Hashes(Leaves(count));
            for (var old = 1; old < count; old++)
            {
                var oldRoot = MerkleTree.RootOf(leaves.AsSpan(0, old));
                var altered = leaves.ToArray();
                altered[old - 1] = Hash256.Of("altered"u8);
                var tree = MerkleTree.Build(altered);
                Assert.That(tree.ProveConsistency(old).Verify((ulong)old, oldRoot, (ulong)count, tree.Root), Is.False);
            }
        }
    }

    [Test]
    public void Proofs_outside_the_tree_are_not_made()
    {
        var tree = MerkleTree.Build(Hashes(Leaves(3)));

        Assert.That(() => tree.ProveInclusion(3), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => tree.ProveInclusion(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => tree.ProveConsistency(4), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => MerkleTree.Build([]).ProveInclusion(0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_long_leaf_hashes_as_a_short_one_would([Values(0, 1, 1023, 1024, 1025, 70_000)] int length)
    {
        var leaf = new byte[length];
        Array.Fill(leaf, (byte)'x');

        Assert.That(MerkleHash.Leaf(leaf), Is.EqualTo(Hash256.Of([0, .. leaf])));
    }

    internal static byte[][] Leaves(int count) =>
        [.. Enumerable.Range(0, count).Select(i => Encoding.ASCII.GetBytes($"leaf {i}"))];

    internal static Hash256[] Hashes(byte[][] leaves) => [.. leaves.Select(leaf => MerkleHash.Leaf(leaf))];
}
