using System.Numerics;
using SharedSequencer.Merkle;
using SharedSequencer.Primitives;
using SharedSequencer.Protocol.State;
using SharedSequencer.StateMachine.Execution;
using SharedSequencer.Storage.Sqlite;

namespace SharedSequencer.Storage.History;

/// <summary>
/// The complete nodes of each namespace's tree of slices: one row a slice, in the transaction of its commit. The number of
/// a row says which nodes it holds: those whose last leaf it is.
/// </summary>
internal static class SliceLogTable
{
    /// <summary>Writes what a block's slices complete.</summary>
    public static void Append(Session session, ExecutedBlock execution)
    {
        foreach (var slice in execution.Slices)
        {
            var leaf = MerkleHash.Leaf(NamespaceHead.Leaf(
                slice.Namespace, slice.Number, execution.Context.Height, slice.Root, (uint)slice.Entries.Count));
            var before = execution.Parent.SlicePeaks.TryGetValue(slice.Namespace, out var peaks) ? peaks : MerklePeaks.Empty;
            Insert(session, slice.Namespace, slice.Number, before.CompletedBy(leaf));
        }
    }

    /// <summary>Starts the tree of a namespace from its peaks: earlier slices cannot be proven, later ones can.</summary>
    public static void Start(Session session, NamespaceId id, MerklePeaks peaks)
    {
        // The peaks' last leaves have the numbers that the leading binary digits of the count make.
        ulong end = 0;
        foreach (var peak in peaks.Peaks)
        {
            end += 1UL << (63 - BitOperations.LeadingZeroCount(peaks.Count - end));
            Insert(session, id, end, [peak]);
        }
    }

    /// <summary>Takes the newest slice's nodes back.</summary>
    public static void RemoveLast(Session session, NamespaceId id, ulong number) => Delete(session, id, number);

    /// <summary>
    /// Forgets what no proof of a later slice needs once <paramref name="number"/> is pruned, and all before it are: the
    /// peaks of the tree up to it stay.
    /// </summary>
    public static void Prune(Session session, NamespaceId id, ulong number)
    {
        // Each trailing one of the count before it names a peak that this leaf joined with others to a larger one.
        var before = number - 1;
        for (var level = 0; level < BitOperations.TrailingZeroCount(~before); level++)
            Delete(session, id, before >> level << level);
    }

    private static void Insert(Session session, NamespaceId id, ulong number, ReadOnlySpan<Hash256> nodes)
    {
        var bytes = new byte[nodes.Length * Hash256.Length];
        for (var i = 0; i < nodes.Length; i++)
            nodes[i].Span.CopyTo(bytes.AsSpan(i * Hash256.Length));
        session.Prepare("INSERT INTO slice_log (namespace, number, nodes) VALUES (?, ?, ?)")
            .Bind(1, id.ToArray()).Bind(2, (long)number).Bind(3, bytes).Execute();
    }

    private static void Delete(Session session, NamespaceId id, ulong number) =>
        session.Prepare("DELETE FROM slice_log WHERE namespace = ? AND number = ?").Bind(1, id.ToArray()).Bind(2, (long)number).Execute();
}
