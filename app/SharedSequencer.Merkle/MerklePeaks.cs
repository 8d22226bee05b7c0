using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using SharedSequencer.Primitives;

namespace SharedSequencer.Merkle;

/// <summary>
/// An RFC 6962 tree that only grows, kept by its peaks: the roots of the complete subtrees that the binary digits of
/// the count name, the largest first. Appending takes O(log n) and so does the root. Immutable.
/// </summary>
public sealed class MerklePeaks
{
    private readonly Hash256[] _peaks;

    private MerklePeaks(ulong count, Hash256[] peaks)
    {
        Count = count;
        _peaks = peaks;
    }

    /// <summary>The tree without leaves.</summary>
    public static MerklePeaks Empty { get; } = new(0, []);

    /// <summary>The number of leaves.</summary>
    public ulong Count { get; }

    /// <summary>The roots of the complete subtrees, the largest first.</summary>
    public ReadOnlySpan<Hash256> Peaks => _peaks;

    /// <summary>The root: that of <see cref="MerkleTree"/> over the same leaves.</summary>
    public Hash256 Root
    {
        get
        {
            if (_peaks.Length == 0)
                return MerkleHash.EmptyRoot;
            var root = _peaks[^1];
            for (var i = _peaks.Length - 2; i >= 0; i--)
                root = MerkleHash.Inner(_peaks[i], root);
            return root;
        }
    }

    /// <summary>The tree with one more leaf, given by its hash (<see cref="MerkleHash.Leaf"/>).</summary>
    public MerklePeaks Append(in Hash256 leafHash)
    {
        // Each trailing one of the count is a peak that the new leaf completes a larger subtree with.
        var merged = BitOperations.TrailingZeroCount(~Count);
        var kept = _peaks.Length - merged;
        var peak = leafHash;
        for (var i = _peaks.Length - 1; i >= kept; i--)
            peak = MerkleHash.Inner(_peaks[i], peak);
        return new MerklePeaks(Count + 1, [.. _peaks.AsSpan(0, kept), peak]);
    }

    /// <summary>
    /// The nodes that appending a leaf completes, the highest first, the leaf's own hash last: with those of every leaf
    /// before it they are all complete nodes of the tree (<see cref="IMerkleNodes"/>).
    /// </summary>
    public Hash256[] CompletedBy(in Hash256 leafHash)
    {
        var merged = BitOperations.TrailingZeroCount(~Count);
        var nodes = new Hash256[merged + 1];
        nodes[merged] = leafHash;
        for (var i = 1; i <= merged; i++)
            nodes[merged - i] = MerkleHash.Inner(_peaks[^i], nodes[merged - i + 1]);
        return nodes;
    }

    /// <summary>The canonical bytes: u64 count, big-endian, then the peaks, the largest first.</summary>
    public byte[] Encode()
    {
        var bytes = new byte[sizeof(ulong) + (_peaks.Length * Hash256.Length)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Count);
        for (var i = 0; i < _peaks.Length; i++)
            _peaks[i].Span.CopyTo(bytes.AsSpan(sizeof(ulong) + (i * Hash256.Length)));
        return bytes;
    }

    /// <summary>
    /// Reads <see cref="Encode"/>'s bytes. False unless they are exactly of the length that the count asks for, and
    /// have the count and the root that the caller trusts: the root alone does not bind the count.
    /// </summary>
    public static bool TryRestore(
        ReadOnlySpan<byte> bytes, ulong count, in Hash256 root, [NotNullWhen(true)] out MerklePeaks? peaks)
    {
        peaks = null;
        if (bytes.Length != sizeof(ulong) + (BitOperations.PopCount(count) * Hash256.Length)
            || BinaryPrimitives.ReadUInt64BigEndian(bytes) != count)
            return false;
        var hashes = new Hash256[BitOperations.PopCount(count)];
        for (var i = 0; i < hashes.Length; i++)
            hashes[i] = Hash256.From(bytes.Slice(sizeof(ulong) + (i * Hash256.Length), Hash256.Length));
        var restored = new MerklePeaks(count, hashes);
        if (restored.Root != root)
            return false;
        peaks = restored;
        return true;
    }
}
