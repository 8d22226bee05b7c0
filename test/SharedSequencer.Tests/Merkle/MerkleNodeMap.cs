using System.Numerics;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;

namespace SharedSequencer.Tests.Merkle;

/// <summary>The complete nodes of a growing tree, from what each append says, and how often they were read.</summary>
internal sealed class MerkleNodeMap : IMerkleNodes
{
    private readonly Dictionary<(int Level, ulong Index), Hash256> _nodes = [];

    public MerklePeaks Peaks { get; private set; } = MerklePeaks.Empty;

    public int Reads { get; set; }

    public static MerkleNodeMap Of(IEnumerable<Hash256> leafHashes)
    {
        var map = new MerkleNodeMap();
        foreach (var leaf in leafHashes)
            map.Append(leaf);
        return map;
    }

    public void Append(Hash256 leafHash)
    {
        var completed = Peaks.CompletedBy(leafHash);
        Peaks = Peaks.Append(leafHash);
        for (var i = 0; i < completed.Length; i++)
        {
            var level = completed.Length - 1 - i;
            _nodes.Add((level, (Peaks.Count - 1) >> level), completed[i]);
        }

        Assert(completed.Length == BitOperations.TrailingZeroCount(Peaks.Count) + 1);
    }

    /// <summary>Forgets all but the peaks: what a node has that joined from a snapshot.</summary>
    public void ForgetBelowPeaks()
    {
        var peaks = Peaks.Peaks.ToArray();
        _nodes.Clear();
        ulong end = 0;
        foreach (var peak in peaks)
        {
            var level = 63 - BitOperations.LeadingZeroCount(Peaks.Count - end);
            _nodes.Add((level, end >> level), peak);
            end += 1UL << level;
        }
    }

    public Hash256? Find(int level, ulong index)
    {
        Reads++;
        return _nodes.TryGetValue((level, index), out var hash) ? hash : null;
    }

    private static void Assert(bool holds)
    {
        if (!holds)
            throw new InvalidOperationException("A leaf completes one node for each trailing zero of its number, and itself.");
    }
}
