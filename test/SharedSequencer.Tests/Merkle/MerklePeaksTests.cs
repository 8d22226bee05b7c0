using NUnit.Framework;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Merkle;

public sealed class MerklePeaksTests
{
    [Test]
    public void Appending_gives_the_tree_over_all_leaves_at_every_step()
    {
        var leaves = MerkleTreeTests.Hashes(MerkleTreeTests.Leaves(300));
        var peaks = MerklePeaks.Empty;
        for (var count = 0; count <= leaves.Length; count++)
        {
            Assert.That(peaks.Count, Is.EqualTo((ulong)count));
            Assert.That(peaks.Root, Is.EqualTo(MerkleTree.RootOf(leaves.AsSpan(0, count))), $"{count}");
            if (count < leaves.Length)
                peaks = peaks.Append(leaves[count]);
        }
    }

    [Test]
    public void Appending_leaves_the_older_value_as_it_was()
    {
        var leaves = MerkleTreeTests.Hashes(MerkleTreeTests.Leaves(9));
        var seven = Of(leaves[..7]);
        var root = seven.Root;
        var one = seven.Append(leaves[7]);
        var other = seven.Append(leaves[8]);

        Assert.That(seven.Root, Is.EqualTo(root));
        Assert.That(one.Root, Is.Not.EqualTo(other.Root));
        Assert.That(other.Root, Is.EqualTo(MerkleTree.RootOf([.. leaves[..7], leaves[8]])));
    }

    [Test]
    public void What_was_stored_is_restored_and_goes_on_growing([Values(0, 1, 2, 3, 7, 8, 100)] int count)
    {
        var leaves = MerkleTreeTests.Hashes(MerkleTreeTests.Leaves(count + 1));
        var peaks = Of(leaves[..count]);

        Assert.That(MerklePeaks.TryRestore(peaks.Encode(), peaks.Count, peaks.Root, out var restored), Is.True);
        Assert.That(restored!.Append(leaves[count]).Root, Is.EqualTo(MerkleTree.RootOf(leaves)));
        Assert.That(restored.Encode(), Is.EqualTo(peaks.Encode()));
    }

    [Test]
    public void The_encoding_is_the_count_and_the_peaks_from_the_largest()
    {
        var leaves = MerkleTreeTests.Hashes(MerkleTreeTests.Leaves(3));

        byte[] expected = [0, 0, 0, 0, 0, 0, 0, 3, .. MerkleHash.Inner(leaves[0], leaves[1]).Span, .. leaves[2].Span];
        Assert.That(Of(leaves).Encode(), Is.EqualTo(expected));
    }

    [Test]
    public void What_does_not_belong_to_the_trusted_head_is_not_restored()
    {
        var three = Of(MerkleTreeTests.Hashes(MerkleTreeTests.Leaves(3)));
        var bytes = three.Encode();

        Assert.That(Restores(bytes, 3, three.Root), Is.True);
        Assert.That(Restores(bytes, 3, Hash256.Of("other"u8)), Is.False);
        Assert.That(Restores(bytes[..^1], 3, three.Root), Is.False);
        Assert.That(Restores([.. bytes, 0], 3, three.Root), Is.False);
        Assert.That(Restores([], 3, three.Root), Is.False);
        for (var i = 0; i < bytes.Length; i++)
        {
            var altered = (byte[])bytes.Clone();
            altered[i] ^= 1;
            Assert.That(Restores(altered, 3, three.Root), Is.False, $"byte {i}");
        }

        // 3 and 5 leaves both have two peaks, so that the same peaks give the same root.
        var five = (byte[])bytes.Clone();
        five[7] = 5;
        Assert.That(Restores(five, 3, three.Root), Is.False);
        Assert.That(Restores(bytes, 5, three.Root), Is.False);
    }

    private static bool Restores(byte[] bytes, ulong count, Hash256 root) =>
        MerklePeaks.TryRestore(bytes, count, root, out _);

    private static MerklePeaks Of(Hash256[] leaves)
    {
        var peaks = MerklePeaks.Empty;
        foreach (var leaf in leaves)
            peaks = peaks.Append(leaf);
        return peaks;
    }
}
