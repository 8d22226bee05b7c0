using System.Diagnostics;
using System.Security.Cryptography;
using NUnit.Framework;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Merkle;

public sealed class NamespacedMerkleTreeTests
{
    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void The_root_follows_from_the_definition(byte[] namespaces)
    {
        var leaves = Leaves(namespaces);

        Assert.That(NamespacedMerkleTree.Build(leaves).Root.ToArray(), Is.EqualTo(NaiveRoot(leaves)));
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Every_namespace_is_proven_present_or_absent_as_it_is(byte[] namespaces)
    {
        var leaves = Leaves(namespaces);
        var tree = NamespacedMerkleTree.Build(leaves);
        for (ulong value = 0; value <= 17; value++)
        {
            var id = new NamespaceId(value);
            var own = DataOf(leaves, id);
            var expected = own.Length == 0 ? NamespaceVerdict.Absent : NamespaceVerdict.Present;

            Assert.That(tree.Prove(id).Verify(tree.Root, tree.Count, id, own), Is.EqualTo(expected));
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 200)]
    public void No_other_choice_of_leaves_is_accepted(byte[] namespaces)
    {
        var leaves = Leaves(namespaces);
        var tree = NamespacedMerkleTree.Build(leaves);
        for (ulong value = 0; value <= 17; value++)
        {
            var id = new NamespaceId(value);
            var proof = tree.Prove(id);
            var own = DataOf(leaves, id);
            ReadOnlyMemory<byte> stranger = new byte[] { 0xee };

            Refused(proof, tree, id, [.. own, stranger]);
            if (own.Length == 0)
                continue;
            Refused(proof, tree, id, own[1..]);
            Refused(proof, tree, id, own[..^1]);
            Refused(proof, tree, id, [stranger, .. own[1..]]);
            if (own.Length > 1)
                Refused(proof, tree, id, [own[1], own[0], .. own[2..]]);
            Refused(NamespaceProof.OutsideRoot, tree, id, []);
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 200)]
    public void No_range_but_the_whole_one_is_accepted(byte[] namespaces)
    {
        var leaves = Leaves(namespaces);
        var tree = NamespacedMerkleTree.Build(leaves);
        for (var start = 0; start < leaves.Length; start++)
        {
            var id = leaves[start].Namespace;
            var (first, last) = tree.Range(id);
            for (var end = start + 1; end <= leaves.Length; end++)
            {
                if (start == first && end == last)
                    continue;

                // The honest nodes for a dishonest range, and the leaves that really lie in it.
                var proof = new NamespaceProof(start, end, NodesBeside(leaves, start, end), null);
                ReadOnlyMemory<byte>[] data = [.. leaves[start..end].Select(leaf => leaf.Data)];
                Refused(proof, tree, id, data);
            }
        }
    }

    [Test]
    public void An_absence_proof_that_points_outside_the_tree_is_refused()
    {
        var tree = NamespacedMerkleTree.Build(Leaves([1, 3]));
        var id = new NamespaceId(2);
        var honest = tree.Prove(id);
        var shifted = new NamespaceProof(honest.Start + 1, honest.End + 1, honest.Nodes.ToArray(), honest.AbsenceLeaf);

        Assert.That(honest.Verify(tree.Root, 2, id, []), Is.EqualTo(NamespaceVerdict.Absent));
        Assert.That(shifted.Verify(tree.Root, 2, id, []), Is.EqualTo(NamespaceVerdict.RangeOutsideTree));
    }

    [Test]
    public void Another_leaf_count_than_the_trees_is_refused()
    {
        var leaves = Leaves([1, 3, 5, 5, 7]);
        var tree = NamespacedMerkleTree.Build(leaves);
        foreach (var id in new NamespaceId[] { new(1), new(5), new(7), new(4) })
        {
            var own = DataOf(leaves, id);
            Assert.That(tree.Prove(id).Verify(tree.Root, 5, id, own).IsProven(), Is.True);
            foreach (var count in new[] { -1, 0, 1, 2, 3, 9, 10, int.MaxValue })
                Assert.That(tree.Prove(id).Verify(tree.Root, count, id, own).IsProven(), Is.False, $"{id} {count}");
        }
    }

    [Test]
    public void The_empty_root_goes_with_no_leaves_only()
    {
        var id = new NamespaceId(5);

        Assert.That(NamespaceProof.OutsideRoot.Verify(NamespacedHash.Empty, 0, id, []), Is.EqualTo(NamespaceVerdict.Absent));
        Assert.That(NamespaceProof.OutsideRoot.Verify(NamespacedHash.Empty, 1, id, []), Is.EqualTo(NamespaceVerdict.BadRoot));
        var root = NamespacedMerkleTree.Build(Leaves([1])).Root;
        Assert.That(NamespaceProof.OutsideRoot.Verify(root, 0, id, []), Is.EqualTo(NamespaceVerdict.BadRoot));
    }

    [Test]
    public void A_root_whose_range_was_narrowed_is_refused()
    {
        var leaves = Leaves([2, 4, 6]);
        var tree = NamespacedMerkleTree.Build(leaves);
        var forged = tree.Root with { Least = new NamespaceId(4) };
        var id = new NamespaceId(4);

        Assert.That(tree.Prove(id).Verify(forged, 3, id, DataOf(leaves, id)), Is.EqualTo(NamespaceVerdict.RootMismatch));
    }

    [Test]
    public void Leaves_out_of_order_or_of_the_reserved_namespace_are_not_built()
    {
        NamespacedLeaf low = new(new(1), default);
        NamespacedLeaf high = new(new(2), default);

        Assert.That(() => NamespacedMerkleTree.Build([high, low]), Throws.ArgumentException);
        Assert.That(() => NamespacedMerkleTree.Build([low, new NamespacedLeaf(new(ulong.MaxValue), default)]), Throws.ArgumentException);
        Assert.That(() => NamespacedMerkleTree.Build([NamespacedMerkleTree.Build([low, high]).Root]), Throws.ArgumentException);
    }

    [Test]
    public void Ten_thousand_entries_of_a_thousand_namespaces_are_proven_in_a_millisecond_and_two_kilobytes()
    {
        var leaves = new NamespacedLeaf[10_000];
        for (var i = 0; i < leaves.Length; i++)
            leaves[i] = new NamespacedLeaf(new NamespaceId(((ulong)i / 10 * 2) + 1), SHA256.HashData(BitConverter.GetBytes(i)));
        var tree = NamespacedMerkleTree.Build(leaves);
        var largest = 0;
        var best = TimeSpan.MaxValue;
        for (ulong value = 0; value < 2002; value++)
        {
            var id = new NamespaceId(value);
            var own = DataOf(leaves, tree, id);
            var from = Stopwatch.GetTimestamp();
            var proof = tree.Prove(id);
            var verdict = proof.Verify(tree.Root, tree.Count, id, own);
            var took = Stopwatch.GetElapsedTime(from);

            Assert.That(verdict, Is.EqualTo(own.Length == 0 ? NamespaceVerdict.Absent : NamespaceVerdict.Present));
            largest = Math.Max(largest, 16 + ((proof.Nodes.Length + (proof.AbsenceLeaf is null ? 0 : 1)) * NamespacedHash.Length));
            best = own.Length != 0 && took < best ? took : best;
        }

        TestContext.Out.WriteLine($"best {best.TotalMicroseconds:F0} us, largest {largest} bytes");
        Assert.That(largest, Is.LessThanOrEqualTo(2048));
        Assert.That(best, Is.LessThanOrEqualTo(TimeSpan.FromMilliseconds(1)));
    }

    private static void Refused(NamespaceProof proof, NamespacedMerkleTree tree, NamespaceId id, ReadOnlyMemory<byte>[] leaves)
    {
        var verdict = proof.Verify(tree.Root, tree.Count, id, leaves);
        Assert.That(verdict.IsProven(), Is.False, $"{id}, {leaves.Length} leaves: {verdict}");
    }

    /// <summary>Up to 40 leaves over the namespaces 1 … 16, so that most have neighbours and some are absent.</summary>
    private static NamespacedLeaf[] Leaves(byte[] namespaces) =>
        [.. namespaces.Take(40).Select(value => (ulong)((value + 15) % 16) + 1).Order()
            .Select((value, i) => new NamespacedLeaf(new NamespaceId(value), new byte[] { (byte)i, 7 }))];

    private static ReadOnlyMemory<byte>[] DataOf(NamespacedLeaf[] leaves, NamespaceId id) =>
        [.. leaves.Where(leaf => leaf.Namespace == id).Select(leaf => leaf.Data)];

    private static ReadOnlyMemory<byte>[] DataOf(NamespacedLeaf[] leaves, NamespacedMerkleTree tree, NamespaceId id)
    {
        var (start, end) = tree.Range(id);
        return [.. leaves[start..end].Select(leaf => leaf.Data)];
    }

    private static byte[] NaiveRoot(NamespacedLeaf[] leaves)
    {
        if (leaves.Length == 0)
            return [.. new byte[16], .. SHA256.HashData([])];
        if (leaves.Length == 1)
        {
            var id = leaves[0].Namespace.ToArray();
            return [.. id, .. id, .. SHA256.HashData([0, .. id, .. leaves[0].Data.Span])];
        }

        var k = SplitOf(leaves.Length);
        var left = NaiveRoot(leaves[..k]);
        var right = NaiveRoot(leaves[k..]);
        return [.. left[..8], .. right[8..16], .. SHA256.HashData([1, .. left, .. right])];
    }

    private static NamespacedHash[] NodesBeside(NamespacedLeaf[] leaves, int start, int end)
    {
        var nodes = new List<NamespacedHash>();
        Visit(0, leaves.Length);
        return [.. nodes];

        void Visit(int from, int to)
        {
            if (to <= start || from >= end)
            {
                Assert.That(NamespacedHash.TryRead(NaiveRoot(leaves[from..to]), out var node), Is.True);
                nodes.Add(node);
            }
            else if (to - from > 1)
            {
                var k = SplitOf(to - from);
                Visit(from, from + k);
                Visit(from + k, to);
            }
        }
    }

    private static int SplitOf(int count)
    {
        var k = 1;
        while (k * 2 < count)
            k *= 2;
        return k;
    }
}
